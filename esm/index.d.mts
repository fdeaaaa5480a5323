import module from '../dist/src/index.js'

declare const destination: typeof module.default
export default destination
