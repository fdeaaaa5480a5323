// For `import crisp from 'actions-crisp'`: without this file, import would give the module that holds the definition.
import module from '../dist/src/index.js'

export default module.default
