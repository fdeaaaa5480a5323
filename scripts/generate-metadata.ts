import { writeFileSync } from 'fs'
import { join } from 'path'
import destination from '../src'
import { METADATA_FILE, metadataText } from './metadata'

writeFileSync(join(__dirname, '..', METADATA_FILE), metadataText(destination))
