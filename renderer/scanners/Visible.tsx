import look from './scanners.module.css';

const controlNames =
  'NUL SOH STX ETX EOT ENQ ACK BEL BS HT LF VT FF CR SO SI DLE DC1 DC2 DC3 DC4 NAK SYN ETB CAN EM SUB ESC FS GS RS US'.split(
    ' ',
  );

/** Text whose control characters (here as U+2400 and on, which few fonts have) stand by their names in little boxes. */
export function Visible(props: { readonly text: string }) {
  const parts = props.text.split(/([\u2400-\u241f])/);
  return parts.map((part, index) => {
    const name = index % 2 === 1 ? controlNames[part.charCodeAt(0) - 0x2400] : undefined;
    return name === undefined ? (
      part
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: the place is all that tells two separators apart
      <span key={index} className={look['controlName']}>
        {name}
      </span>
    );
  });
}
