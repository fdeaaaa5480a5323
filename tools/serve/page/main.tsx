import { render } from 'preact'
import { App } from './app'
import { start } from './start'
import { applyTheme } from './theme'
import './styles/tokens.css'
import './styles/base.css'
import './styles/layout.css'
import './styles/event.css'
import './styles/result.css'
import './styles/agent.css'

applyTheme()
render(<App />, document.getElementById('page') as HTMLElement)
void start()
