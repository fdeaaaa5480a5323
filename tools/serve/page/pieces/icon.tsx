const paths = {
  check: 'M3.5 8.5l3 3 6-7',
  cross: 'M4 4l8 8M12 4l-8 8',
  dash: 'M4 8h8',
  replay: 'M3 8a5 5 0 1 0 1.6-3.7M3 2.5V5h2.5',
  edit: 'M3 13l.6-2.6 7-7 2 2-7 7L3 13z',
  copy: 'M6 6V3.5h6.5V10H10M3.5 6H10v6.5H3.5z',
  sun: 'M8 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM8 1.5v1M8 13.5v1M1.5 8h1M13.5 8h1M3.4 3.4l.7.7M11.9 11.9l.7.7M12.6 3.4l-.7.7M4.1 11.9l-.7.7',
  moon: 'M13 9.5A5.5 5.5 0 0 1 6.5 3 5.5 5.5 0 1 0 13 9.5z',
  system: 'M2.5 3h11v7.5h-11zM6 13.5h4M8 10.5v3',
  send: 'M2.5 8L13.5 3l-3 10.5-3-4.5-5-1zM7.5 9l6-6',
  plus: 'M8 3v10M3 8h10',
  person: 'M8 3a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5zM3 13.5c.6-2.6 2.6-4 5-4s4.400 1.400 5 4',
  warning: 'M8 2.500L14.500 13.500h-13zM8 6.500v3.500M8 11.800v.2'
}

/** A small drawing that goes with words; screen readers skip it. */
export function Icon({ name }: { name: keyof typeof paths }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={paths[name]} />
    </svg>
  )
}
