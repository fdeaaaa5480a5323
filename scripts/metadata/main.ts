import { writeFileSync } from 'fs'
import { join } from 'path'
import destination from '../../src'
import { ROOT } from '../steps'
import { METADATA_FILE, metadataText } from './text'

writeFileSync(join(ROOT, METADATA_FILE), metadataText(destination))
