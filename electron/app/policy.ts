/** What the window may do: values and predicates only. Everything that is not allowed here by name is refused. */

/** Our own scheme: pages on it have a real origin, unlike file: pages. */
export const scheme = 'app';
export const stationHost = 'station';
/** Documents for printing; served only to the hidden window that prints. */
export const sheetHost = 'sheet';
export const stationUrl = `${scheme}://${stationHost}/`;
/** What the page's HTML holds where the nonce of this load belongs. */
export const noncePlaceholder = '__CSP_NONCE__';

/** Standard and secure, so that relative links, fetch, workers, wasm and the camera work as on https. */
export const schemePrivileges = {
  standard: true,
  secure: true,
  supportFetchAPI: true,
  stream: true,
  allowServiceWorkers: false,
  corsEnabled: false,
  bypassCSP: false,
} as const;

/** The policy of the station's page. `wasm-unsafe-eval` compiles the code reader's wasm file; it allows no eval. */
export function stationCsp(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data: blob:",
    "font-src 'self'",
    // The camera's picture is a blob.
    "media-src 'self' blob:",
    "worker-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** While developing, the bundler's server injects scripts and styles and talks to the page over a socket of its own. */
export function devCsp(server: URL): string {
  const socket = `ws://${server.host}`;
  return [
    "default-src 'none'",
    "script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    "media-src 'self' blob:",
    "worker-src 'self' blob:",
    `connect-src 'self' ${socket} ${server.origin}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** A sheet of paper runs nothing and loads nothing: its one style and its drawings stand in the document. */
export function sheetCsp(nonce: string): string {
  return [
    "default-src 'none'",
    `style-src 'nonce-${nonce}'`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** Sent with everything that our scheme serves. */
export const baseHeaders: Readonly<Record<string, string>> = {
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  // Chromium's own switchboard, beside the permission handlers: the camera for our page, nothing else for anybody.
  'Permissions-Policy':
    'camera=(self), microphone=(), geolocation=(), usb=(), serial=(), hid=(), midi=(), payment=(), display-capture=()',
};

/** For every window that is ever made here, the hidden one that prints included. */
export const safeWebPreferences = {
  sandbox: true,
  contextIsolation: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webSecurity: true,
  allowRunningInsecureContent: false,
  experimentalFeatures: false,
  webviewTag: false,
  plugins: false,
  // Names and numbers typed into a field are nobody's spelling mistakes, and dictionaries are downloaded.
  spellcheck: false,
  navigateOnDragDrop: false,
  // The middle button opens a link in a window of its own; here it is a button like any other.
  disableBlinkFeatures: 'Auxclick',
  safeDialogs: true,
} as const;

/** Whether an address (or an origin) is the station's own page, whatever path it names. */
export function isOurOrigin(address: string): boolean {
  return hostOf(address) === stationHost;
}

/** The page may go nowhere but to itself. */
export function isAllowedNavigation(address: string): boolean {
  if (!isOurOrigin(address)) return false;
  const { pathname } = new URL(address);
  return pathname === '/' || pathname === '/index.html';
}

function hostOf(address: string): string | null {
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    return null;
  }
  if (url.protocol !== `${scheme}:` || url.username !== '' || url.password !== '' || url.port !== '') return null;
  return url.host;
}

/**
 * Whether a window's session may ask for an address at all. Nothing of the window ever comes from the network: core
 * talks to the central service, from its own process.
 */
export function isAllowedRequest(
  address: string,
  more: { readonly devServer: URL | null; readonly packaged: boolean },
): boolean {
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    return false;
  }
  switch (url.protocol) {
    case `${scheme}:`:
    case 'data:':
    case 'blob:':
      return true;
    case 'devtools:':
      return !more.packaged;
    case 'http:':
    case 'ws:':
      return more.devServer !== null && url.host === more.devServer.host;
    default:
      return false;
  }
}

/** The bundler's server while developing: loopback by number, plain http, never in the packaged program. */
export function devServerOf(text: string | undefined, packaged: boolean): URL | null {
  if (packaged || text === undefined || text === '') return null;
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return null;
  }
  const loopback = url.hostname === '127.0.0.1' || url.hostname === '[::1]' || url.hostname === 'localhost';
  return url.protocol === 'http:' && loopback && url.username === '' ? url : null;
}

export type PermissionAsk = {
  readonly permission: string;
  /** Address or origin of the frame that asks. */
  readonly origin: string;
  readonly isMainFrame: boolean;
  /** For `media`: what it wants; a check that does not say wants both. */
  readonly media: readonly string[];
};

/** The permissions that our own page has, each with its reason. */
const grants: readonly {
  readonly permission: string;
  readonly fits: (ask: PermissionAsk) => boolean;
  readonly why: string;
}[] = [
  {
    permission: 'media',
    fits: (ask) => ask.media.length > 0 && ask.media.every((kind) => kind === 'video'),
    why: 'the camera reads codes where there is no gun; the microphone is never needed',
  },
];

export function isGranted(ask: PermissionAsk): boolean {
  if (!ask.isMainFrame || !isOurOrigin(ask.origin)) return false;
  return grants.some((grant) => grant.permission === ask.permission && grant.fits(ask));
}

/** What is known of the sender of a call; numbers as Electron gives them. */
export type Sender = {
  readonly contentsId: number;
  /** Null when the frame has gone since. */
  readonly frame: { readonly routingId: number; readonly processId: number; readonly url: string } | null;
};
export type Own = {
  readonly contentsId: number;
  readonly mainFrame: { readonly routingId: number; readonly processId: number };
};

/** Calls are taken from our window's main frame while it shows our page, and from nobody else. */
export function isTrustedSender(sender: Sender, own: Own | null): boolean {
  if (own === null || sender.frame === null || sender.contentsId !== own.contentsId) return false;
  const { routingId, processId, url } = sender.frame;
  return routingId === own.mainFrame.routingId && processId === own.mainFrame.processId && isOurOrigin(url);
}

/** Chromium features that a desk has no use for, each with its reason. */
export const disabledFeatures: readonly (readonly [name: string, why: string])[] = [
  ['MediaRouter', 'looks for cast devices on the network'],
  ['DialMediaRouteProvider', 'the same, by another way'],
  ['OptimizationHints', 'fetches hints about pages from the network'],
  ['AutofillServerCommunication', 'sends the shape of forms out'],
  ['Translate', 'would offer to send the page to a service'],
  ['InterestFeedContentSuggestions', 'fetches news'],
  ['CertificateTransparencyComponentUpdater', 'fetches lists; the window loads nothing remote'],
  ['SpareRendererForSitePerProcess', 'one page only: a second renderer costs an old PC memory for nothing'],
];

/** Chromium switches, each with its reason. */
export const switches: readonly (readonly [name: string, value: string | null, why: string])[] = [
  ['disable-background-networking', null, 'no request that nobody asked for'],
  ['dns-prefetch-disable', null, 'the window has no host to look up'],
  ['no-pings', null, 'link auditing has no place here'],
  ['disable-domain-reliability', null, 'sends reports about failed connections'],
  ['disable-component-update', null, 'downloads parts of the browser'],
  ['disable-breakpad', null, 'a dump of memory would hold names and numbers in clear'],
  ['force-webrtc-ip-handling-policy', 'disable_non_proxied_udp', 'no peer connections out of the window'],
];

/**
 * Switches that the packaged program does not start with, each with its reason: they open it to whoever wrote them on
 * its command line, or take away what protects it. No fuse covers them. Development and tests use some of them.
 */
export const refusedSwitches: readonly (readonly [name: string, why: string])[] = [
  ['remote-debugging-port', 'hands the page, and its door, to whoever connects'],
  ['remote-debugging-pipe', 'the same, over a pipe'],
  ['inspect', 'hands this process to a debugger'],
  ['inspect-brk', 'the same, from its first line'],
  ['js-flags', 'changes how scripts run, and may let them write files'],
  ['load-extension', 'brings somebody else’s script into the page'],
  ['disable-web-security', 'lets the page read what it must not'],
  ['disable-site-isolation-trials', 'puts strangers into one process'],
  ['ignore-certificate-errors', 'takes anybody for the central service'],
  ['host-rules', 'sends what is meant for the central service elsewhere'],
  ['host-resolver-rules', 'the same, by name'],
  ['log-net-log', 'writes the station’s token into a file'],
  ['net-log-capture-mode', 'the same, in full'],
  ['ssl-key-log-file', 'writes down what opens the connection to the central service'],
  ['renderer-cmd-prefix', 'starts another program in the page’s place'],
  ['utility-cmd-prefix', 'starts another program in core’s place'],
  ['gpu-launcher', 'starts another program'],
  ['browser-subprocess-path', 'starts another program'],
  ['enable-crash-reporter', 'a dump of memory would hold names and numbers in clear'],
  ['crash-dumps-dir', 'the same'],
];

/**
 * The first switch of the command line that the packaged program does not start with, or null. The sandbox is given up
 * by root alone, for whom Chromium has none.
 */
export function refusedSwitch(
  hasSwitch: (name: string) => boolean,
  how: { readonly packaged: boolean; readonly isRoot: boolean },
): string | null {
  if (!how.packaged) return null;
  if (hasSwitch('no-sandbox') && !how.isRoot) return 'no-sandbox';
  return refusedSwitches.find(([name]) => hasSwitch(name))?.[0] ?? null;
}
