// Positions that wait on the phone: thinned as they come, sent in order, gone once the server has them.
// The server takes a position twice as once, so that a lost reply costs nothing.

import { openDB, type DBSchema, type IDBPDatabase } from "idb";
import { distance, type Spot } from "../field/route";

/** As the server reads it: seconds since 1970, km/h, metres. */
export interface Step extends Spot {
  time: number;
  speed?: number;
  accuracy?: number;
}

interface Row extends Step {
  account: string;
}

interface Tables extends DBSchema {
  steps: { key: [string, number]; value: Row };
}

export const EVERY_S = 15;
export const EVERY_M = 25;
export const MOST_KEPT = 2000;
export const BATCH = 200;
const WORST_M = 1000;

/** Worth keeping: the first, one that is far enough from the last, or long enough after it. */
export function worth(last: Step | undefined, next: Step): boolean {
  if ((next.accuracy ?? 0) > WORST_M || (next.lon === 0 && next.lat === 0)) return false;
  if (!last) return true;
  const since = next.time - last.time;
  return since > 0 && (since >= EVERY_S || distance(last, next) >= EVERY_M);
}

export function stepOf(position: GeolocationPosition): Step {
  const { longitude, latitude, speed, accuracy } = position.coords;
  const step: Step = { lon: round(longitude, 6), lat: round(latitude, 6), time: Math.round(position.timestamp) / 1000 };
  if (speed !== null && Number.isFinite(speed)) step.speed = round(speed * 3.6, 1);
  if (Number.isFinite(accuracy)) step.accuracy = Math.round(accuracy);
  return step;
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

export type Delivery = "taken" | "later" | "refused";

export class Trail {
  private readonly opened: Promise<IDBPDatabase<Tables>>;
  private last: Step | undefined;
  private busy = false;

  constructor(
    private readonly account: string,
    name = "naoso-trail",
  ) {
    this.opened = openDB<Tables>(name, 1, {
      upgrade(database) {
        database.createObjectStore("steps", { keyPath: ["account", "time"] });
      },
    });
  }

  /** Whether it was kept. A phone that is long without a network forgets the oldest. */
  async add(step: Step): Promise<boolean> {
    if (!worth(this.last, step)) return false;
    this.last = step;
    const database = await this.opened;
    await database.put("steps", { ...step, account: this.account });
    const keys = await database.getAllKeys("steps", this.own());
    for (const key of keys.slice(0, Math.max(0, keys.length - MOST_KEPT))) await database.delete("steps", key);
    return true;
  }

  /** Oldest first. */
  async waiting(most = MOST_KEPT): Promise<Step[]> {
    const rows = await (await this.opened).getAll("steps", this.own(), most);
    return rows.map((row) => Object.fromEntries(Object.entries(row).filter(([name]) => name !== "account")) as unknown as Step);
  }

  /** Batch after batch, until one cannot leave; returns how many went. Two flushes at once are one. */
  async flush(carry: (steps: Step[]) => Promise<Delivery>): Promise<number> {
    if (this.busy) return 0;
    this.busy = true;
    let count = 0;
    try {
      for (;;) {
        const steps = await this.waiting(BATCH);
        if (steps.length === 0) return count;
        const reply = await carry(steps);
        if (reply === "later") return count;
        await this.forget(steps); // refused ones too: the same would be refused again
        if (reply === "taken") count += steps.length;
      }
    } finally {
      this.busy = false;
    }
  }

  private async forget(steps: readonly Step[]): Promise<void> {
    const change = (await this.opened).transaction("steps", "readwrite");
    await Promise.all([...steps.map((step) => change.store.delete([this.account, step.time])), change.done]);
  }

  private own(): IDBKeyRange {
    return IDBKeyRange.bound([this.account, 0], [this.account, Infinity]);
  }

  async close(): Promise<void> {
    (await this.opened).close();
  }
}
