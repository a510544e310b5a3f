import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type Made = { readonly key: string; readonly certificate: string; readonly x509: X509Certificate };

/** Certificates made by openssl, in a folder that is removed at once. */
export function makeCertificates() {
  const folder = mkdtempSync(join(tmpdir(), 'yiceda-ca-'));
  const run = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  const made = (name: string): Made => {
    const certificate = readFileSync(join(folder, `${name}.pem`), 'utf8');
    return {
      key: readFileSync(join(folder, `${name}.key`), 'utf8'),
      certificate,
      x509: new X509Certificate(certificate),
    };
  };
  const authority = (name: string): Made => {
    run(
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '30'],
      ...['-keyout', `${name}.key`, '-out', `${name}.pem`, '-subj', `/CN=${name}`],
      ...['-addext', 'basicConstraints=critical,CA:TRUE', '-addext', 'keyUsage=critical,keyCertSign'],
    );
    return made(name);
  };
  /** A server's certificate, signed by an authority or by itself. */
  const server = (name: string, names: string, signedBy: string | null, isAuthority = false): Made => {
    writeFileSync(
      join(folder, `${name}.ext`),
      `subjectAltName=${names}\nbasicConstraints=critical,CA:${isAuthority ? 'TRUE' : 'FALSE'}\n`,
    );
    run(
      ...['req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'],
      ...['-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`],
    );
    const by =
      signedBy === null ? ['-signkey', `${name}.key`] : ['-CA', `${signedBy}.pem`, '-CAkey', `${signedBy}.key`];
    run(
      ...['x509', '-req', '-in', `${name}.csr`, '-days', '10', '-extfile', `${name}.ext`, '-out', `${name}.pem`],
      ...(signedBy === null ? by : [...by, '-CAcreateserial']),
    );
    return made(name);
  };
  return { authority, server, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
