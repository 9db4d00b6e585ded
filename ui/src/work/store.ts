// What the browser keeps: half-done answers, tasks fetched ahead, errands to run. One database a worker, so that nobody
// on a shared computer meets the work of another. Where the browser gives no database, memory has to do.

import type { Draft, Errand, Task } from "./types";

const TABLES = { drafts: "task", tasks: "task", errands: "order", done: "task", notes: "key" } as const;
type Table = keyof typeof TABLES;

/** A task that was answered here, so that a page fetched before cannot bring it back. */
interface Done {
  task: string;
  at: number;
}

interface Note {
  key: string;
  value: unknown;
}

interface Rows {
  drafts: Draft;
  tasks: Task & { place: number; from: string };
  errands: Errand;
  done: Done;
  notes: Note;
}

export type Write = { [T in Table]: ["put", T, Rows[T]] | ["delete", T, IDBValidKey] }[Table];

export interface Store {
  /** Whether what is kept here outlives the page. */
  readonly lasting: boolean;
  get<T extends Table>(table: T, key: IDBValidKey): Promise<Rows[T] | undefined>;
  all<T extends Table>(table: T): Promise<Rows[T][]>;
  /** All of the changes or none. */
  change(...writes: Write[]): Promise<void>;
}

class Memory implements Store {
  readonly lasting = false;
  private rows = new Map<string, Map<IDBValidKey, unknown>>();

  private table(table: Table): Map<IDBValidKey, unknown> {
    let rows = this.rows.get(table);
    if (!rows) this.rows.set(table, (rows = new Map()));
    return rows;
  }

  async get<T extends Table>(table: T, key: IDBValidKey): Promise<Rows[T] | undefined> {
    return this.table(table).get(key) as Rows[T] | undefined;
  }

  async all<T extends Table>(table: T): Promise<Rows[T][]> {
    const rows = [...this.table(table)].sort(([a], [b]) => (a < b ? -1 : 1));
    return rows.map(([, row]) => row as Rows[T]);
  }

  async change(...writes: Write[]): Promise<void> {
    for (const [verb, table, what] of writes) {
      if (verb === "put") this.table(table).set((what as never)[TABLES[table]], what);
      else this.table(table).delete(what as IDBValidKey);
    }
  }
}

const settled = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

class Database implements Store {
  readonly lasting = true;
  constructor(private db: IDBDatabase) {}

  get<T extends Table>(table: T, key: IDBValidKey): Promise<Rows[T] | undefined> {
    return settled(this.db.transaction(table).objectStore(table).get(key));
  }

  all<T extends Table>(table: T): Promise<Rows[T][]> {
    return settled(this.db.transaction(table).objectStore(table).getAll());
  }

  change(...writes: Write[]): Promise<void> {
    return new Promise((resolve, reject) => {
      // Strict: what is said to be saved is on the disk, and outlives a power cut.
      const transaction = this.db.transaction([...new Set(writes.map(([, table]) => table))], "readwrite", { durability: "strict" });
      transaction.oncomplete = () => resolve();
      transaction.onabort = transaction.onerror = () => reject(transaction.error);
      for (const [verb, table, what] of writes) {
        const store = transaction.objectStore(table);
        if (verb === "put") store.put(what);
        else store.delete(what as IDBValidKey);
      }
      // Not waiting for the replies lets a page that is being left still save.
      transaction.commit?.();
    });
  }
}

/** The store of a worker; one in memory where the browser refuses a database. */
export async function openStore(worker: string): Promise<Store> {
  try {
    const request = indexedDB.open(`kazi-${worker}`, 1);
    request.onupgradeneeded = () => {
      for (const [table, keyPath] of Object.entries(TABLES)) request.result.createObjectStore(table, { keyPath });
    };
    const db = await settled(request);
    // A newer version of the program in another tab must be able to change the database.
    db.onversionchange = () => db.close();
    return new Database(db);
  } catch {
    return new Memory();
  }
}

export const memoryStore = (): Store => new Memory();
