import { connect, type ConnectionOptions, type TLSSocket } from "node:tls";
import { codeOf } from "./failure";
import { TooLate } from "./request";

const DAY_MS = 86_400_000;

/** What a server shows when a client shakes hands with it. */
export interface Handshake {
  readonly protocol: string;
  readonly issuer: string;
  readonly endsAt: Date;
  readonly daysLeft: number;
  /** Why a client would turn back: the code of what is wrong with the certificate. */
  readonly rejected?: string;
}

/** Shakes hands with a server, and looks at its certificate even if no client would accept it. */
export async function shakeHands(
  url: string,
  { ca, timeoutMs }: { ca?: string; timeoutMs: number },
): Promise<Handshake> {
  const socket = await connected(url, timeoutMs, { ca });
  const protocol = socket.getProtocol() ?? "no protocol";
  const { issuer, valid_to } = socket.getPeerCertificate();
  const endsAt = new Date(valid_to);
  // The types say an Error; a code is what stands there for most reasons.
  const rejected: unknown = socket.authorizationError;
  socket.destroy();
  return {
    protocol,
    issuer: [issuer.CN ?? issuer.O].flat()[0] ?? "an authority without a name",
    endsAt,
    daysLeft: Math.floor((endsAt.getTime() - Date.now()) / DAY_MS),
    ...(rejected !== null &&
      rejected !== undefined && { rejected: typeof rejected === "string" ? rejected : codeOf(rejected) }),
  };
}

/** What is said of the versions of TLS from before 1.2: that one was agreed to, or that there was no way to ask. */
export type OldProtocol = { readonly spoken: string } | "refused" | "cannot be asked";

/** Asks a server for a version of TLS from before 1.2. */
export async function askForOldProtocol(url: string, timeoutMs: number): Promise<OldProtocol> {
  try {
    // Today's libraries speak these versions only with their level of security turned down.
    const old = { minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" } as const;
    const socket = await connected(url, timeoutMs, old);
    const protocol = socket.getProtocol();
    socket.destroy();
    return { spoken: protocol ?? "a version before 1.2" };
  } catch (error) {
    return codeOf(error) === "ERR_SSL_NO_PROTOCOLS_AVAILABLE" ? "cannot be asked" : "refused";
  }
}

function connected(url: string, timeoutMs: number, options: ConnectionOptions): Promise<TLSSocket> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect({
      host: hostname,
      port: Number(port || 443),
      servername: hostname,
      // The certificate is judged, not trusted: nothing is sent over this connection.
      rejectUnauthorized: false,
      ...options,
    });
    const late = setTimeout(() => {
      reject(new TooLate(`no TLS handshake within ${timeoutMs / 1000} s`));
      socket.destroy();
    }, timeoutMs);
    const settle = () => clearTimeout(late);
    socket.once("secureConnect", () => {
      settle();
      resolve(socket);
    });
    socket.once("error", (error) => {
      settle();
      reject(error);
    });
  });
}
