// Answer ids are minted here, so that one answer has one id however often it is sent.

/** `answer_` and the 32 hex digits of a UUIDv7. */
export function mintAnswerId(now: number = Date.now()): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  for (let i = 5, rest = now; i >= 0; i--, rest = Math.floor(rest / 256)) bytes[i] = rest % 256;
  bytes[6] = (bytes[6]! & 0x0f) | 0x70;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return `answer_${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}
