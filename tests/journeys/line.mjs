// A line between browser and server: slow in both directions, and cut and mended when a test says so. It works below
// HTTP, so that what a service worker asks is as slow as what a page asks.
import { connect, createServer } from "node:net";

/** Lets bytes through at a rate, each after the way's delay. All connections share it. */
class Way {
  constructor({ kbit, delay }) {
    Object.assign(this, { perMs: kbit / 8, delay, free: 0, bytes: 0 });
  }

  send(bytes, deliver) {
    this.bytes += bytes;
    const now = performance.now();
    this.free = Math.max(this.free, now) + bytes / this.perMs;
    setTimeout(deliver, this.free + this.delay - now);
  }
}

/** Bytes go in pieces of the size of a packet, so that a large picture does not arrive all at its end. */
const PACKET = 1400;
const NO_LIMIT = { kbit: 1e9, delay: 0 };

/** Opens a line to a server; `down` and `up` are kbit/s, `roundTrip` ms. */
export async function line(target, { down, up, roundTrip } = {}) {
  const { hostname, port } = new URL(target);
  const [toBrowser, toServer] = down
    ? [new Way({ kbit: down, delay: roundTrip / 2 }), new Way({ kbit: up, delay: roundTrip / 2 })]
    : [new Way(NO_LIMIT), new Way(NO_LIMIT)];
  const open = new Set();
  const state = { cut: false, loseReplies: false, connections: 0 };
  const carry = (from, to, way) => {
    // Timers of one millisecond may come in any order; what they let through keeps its own.
    const queue = [];
    const later = (act, bytes) => {
      queue.push(act);
      way.send(bytes, () => queue.shift()());
    };
    from.on("data", (chunk) => {
      for (let at = 0; at < chunk.length; at += PACKET) {
        const piece = chunk.subarray(at, at + PACKET);
        later(() => to.destroyed || (state.loseReplies && way === toBrowser) || to.write(piece), piece.length);
      }
    });
    from.on("end", () => later(() => to.end(), 0));
    from.on("error", () => to.destroy());
    from.on("close", () => later(() => to.destroy(), 0));
  };
  const server = createServer({ noDelay: true }, (browser) => {
    if (state.cut) return browser.destroy();
    state.connections++;
    open.add(browser);
    browser.on("close", () => open.delete(browser));
    browser.on("error", () => {});
    browser.pause();
    // A connection takes a round trip before it carries anything.
    setTimeout(() => {
      const upstream = connect({ host: hostname, port: Number(port), noDelay: true });
      carry(browser, upstream, toServer);
      carry(upstream, browser, toBrowser);
      browser.resume();
    }, roundTrip ?? 0);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const drop = () => open.forEach((one) => one.destroy());
  return {
    address: `http://localhost:${server.address().port}`,
    /** Nothing goes through any more; what was under way is lost. */
    cut: () => ((state.cut = true), drop()),
    mend: () => {
      state.cut = state.loseReplies = false;
    },
    /** Requests arrive, replies do not. */
    deaf: () => (state.loseReplies = true),
    get bytes() {
      return { down: toBrowser.bytes, up: toServer.bytes };
    },
    get connections() {
      return state.connections;
    },
    stop: () => (drop(), server.close()),
  };
}
