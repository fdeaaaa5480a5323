import { closeBrackets, closeBracketsKeymap } from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands'
import { json } from '@codemirror/lang-json'
import {
  bracketMatching,
  foldGutter,
  foldKeymap,
  HighlightStyle,
  indentOnInput,
  syntaxHighlighting
} from '@codemirror/language'
import { lintGutter, linter, lintKeymap } from '@codemirror/lint'
import type { Diagnostic } from '@codemirror/lint'
import { highlightSelectionMatches, searchKeymap } from '@codemirror/search'
import { EditorState } from '@codemirror/state'
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightSpecialChars,
  keymap,
  lineNumbers
} from '@codemirror/view'
import { tags } from '@lezer/highlight'
import { effect } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { send } from '../actions'
import { isLive, parsed, text } from '../store'

/** The JSON editor. Tab leaves it, as it leaves any field. */
export function Editor() {
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const view = new EditorView({ parent: place.current as HTMLElement, state: makeState() })
    const stop = effect(() => replace(view, text.value))
    return () => {
      stop()
      view.destroy()
    }
  }, [])
  return <div class="editor" ref={place} />
}

function makeState(): EditorState {
  const styleNonce = document.querySelector<HTMLMetaElement>('meta[name="style-nonce"]')?.content ?? ''
  return EditorState.create({
    doc: text.value,
    extensions: [
      EditorView.cspNonce.of(styleNonce),
      EditorView.contentAttributes.of({
        'aria-label': 'Event or batch, as JSON',
        'aria-describedby': 'editor-state',
        spellcheck: 'false',
        tabindex: '0'
      }),
      EditorView.updateListener.of(({ docChanged, state }) => {
        if (docChanged) text.value = state.doc.toString()
      }),
      EditorView.lineWrapping,
      EDITING,
      keymap.of([
        { key: 'Mod-Enter', run: sendByKey },
        ...closeBracketsKeymap,
        ...defaultKeymap,
        ...historyKeymap,
        ...foldKeymap,
        ...lintKeymap,
        ...searchKeymap
      ])
    ]
  })
}

/** Marks what the line under the editor says. */
function findProblems({ state }: EditorView): Diagnostic[] {
  const held = parsed.value
  const [place, severity] = held.kind === 'wrong' ? [held.place, 'error' as const] : [held.warning, 'warning' as const]
  if (!place || place.to > state.doc.length) return []
  return [{ from: place.from, to: place.to, severity, message: place.sentence }]
}

/** Typing over colored text, Chromium would keep its color by an inline style, which the page's policy forbids. */
function replaceSelection(event: InputEvent, view: EditorView): boolean {
  const { from, to, empty } = view.state.selection.main
  if (event.inputType !== 'insertText' || event.data === null || empty || view.composing) return false
  event.preventDefault()
  const insert = event.data
  const asUsual = () => view.state.update(view.state.replaceSelection(insert), { userEvent: 'input.type' })
  const isHandled = view.state.facet(EditorView.inputHandler).some((handle) => handle(view, from, to, insert, asUsual))
  if (!isHandled) view.dispatch(asUsual())
  return true
}

/** Live Crisp is reached by the button alone. */
function sendByKey(): boolean {
  if (!isLive.value) void send()
  return true
}

function replace(view: EditorView, wanted: string): void {
  const { doc } = view.state
  if (doc.toString() === wanted) return
  view.dispatch({ changes: { from: 0, to: doc.length, insert: wanted }, selection: { anchor: 0 } })
}

const COLORS = HighlightStyle.define([
  { tag: tags.propertyName, color: 'var(--json-key)' },
  { tag: tags.string, color: 'var(--json-string)' },
  { tag: tags.number, color: 'var(--json-number)' },
  { tag: [tags.bool, tags.null], color: 'var(--json-word)' }
])

const LOOK = EditorView.theme({
  '&': { height: '100%', fontSize: '13px', backgroundColor: 'transparent', color: 'var(--text)' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.55' },
  '.cm-content': { caretColor: 'var(--text)' },
  '.cm-cursor': { borderLeftColor: 'var(--text)' },
  '.cm-gutters': { backgroundColor: 'transparent', color: 'var(--faint)', border: 'none' },
  '.cm-activeLine': { backgroundColor: 'var(--hover)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'var(--selection)'
  },
  '.cm-tooltip': { backgroundColor: 'var(--panel)', color: 'var(--text)', borderColor: 'var(--line)' },
  '.cm-panels': { backgroundColor: 'var(--sunken)', color: 'var(--text)' },
  '.cm-specialChar': { color: 'var(--bad)' },
  '.cm-matchingBracket': { backgroundColor: 'var(--selection)' }
})

const EDITING = [
  lineNumbers(),
  foldGutter(),
  highlightSpecialChars(),
  highlightActiveLine(),
  highlightSelectionMatches(),
  drawSelection(),
  history(),
  indentOnInput(),
  bracketMatching(),
  closeBrackets(),
  json(),
  linter(findProblems, { delay: 250 }),
  EditorView.domEventHandlers({ beforeinput: replaceSelection }),
  lintGutter(),
  syntaxHighlighting(COLORS),
  LOOK
]
