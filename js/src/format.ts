/** Numbers, durations, sizes and times as a person reads them; `formats.py` says the same. */

/** `6.283185` is `6.283`, `1234567.8` is `1,234,568`, `0.00001234` is `1.234e-05`. */
export function number(value: number | null | undefined, digits = 4): string {
  if (value === null || value === undefined) return "–";
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "∞" : "−∞";
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < 1e15) return grouped(value, 0);
  if (size < 1e-4 || size >= 1e15) return exponential(value, digits - 1);
  return grouped(value, Math.max(0, digits - 1 - Math.floor(Math.log10(size))));
}

/** A number as it was typed, when that is short. */
export function typed(value: number): string {
  const text = String(value);
  const whole = Number.isInteger(value) && Math.abs(value) < 1e15;
  return whole || (Number.isFinite(value) && text.length <= 8) ? text : number(value, 5);
}

function grouped(value: number, decimals: number): string {
  const [whole, rest] = value.toFixed(decimals).split(".") as [string, string | undefined];
  const parts = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return rest ? `${parts}.${rest}` : parts;
}

function exponential(value: number, decimals: number): string {
  return value.toExponential(decimals).replace(/e([+-])(\d)$/, "e$10$2");
}

/** `−0.4211 (−6.3 %)` */
export function difference(now: number, then: number): string {
  const change = now - then;
  const sign = change > 0 ? "+" : change < 0 ? "−" : "±";
  const text = `${sign}${number(Math.abs(change))}`;
  const part = Math.abs(change / then) * 100;
  return then && Number.isFinite(part) ? `${text} (${sign}${part.toFixed(1)} %)` : text;
}

/** Seconds as `3 ms`, `4.2 s`, `2 min 5 s` or `3 h 10 min`. */
export function duration(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined) return "–";
  if (seconds < 0.9995) return `${(seconds * 1000).toFixed(seconds >= 0.00995 ? 0 : 1)} ms`;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${whole % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `1 run`, `12,345 runs` */
export function runsIn(count: number): string {
  return `${number(count)} run${count === 1 ? "" : "s"}`;
}

/** Bytes as `512 B`, `1.5 kB`, `3.2 MB` (powers of 1000). */
export function size(count: number): string {
  let left = count;
  for (const unit of ["B", "kB", "MB", "GB"]) {
    if (left < 999.5) return `${trimmed(left)} ${unit}`;
    left /= 1000;
  }
  return `${trimmed(left)} TB`;
}

function trimmed(value: number): string {
  return String(Number(value.toPrecision(3)));
}

/** A time in milliseconds as `2026-11-23 09:17`, on this machine's clock. */
export function moment(milliseconds: number): string {
  const at = new Date(milliseconds);
  const two = (n: number): string => String(n).padStart(2, "0");
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day} ${two(at.getHours())}:${two(at.getMinutes())}`;
}

const SIGNS: Record<string, string> = { "\n": "⏎", "\t": "⇥" };
const ODD = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Cn}]/gu;

/** A text in one line of at most `limit` characters, with nothing unseen in it. */
export function line(text: string, limit = 60): string {
  const chars = [...text.slice(0, limit * 2)];
  const short = chars
    .slice(0, limit)
    .join("")
    .replace(ODD, (c) => (c === "\u200d" ? c : (SIGNS[c] ?? "·")));
  return chars.length > limit || text.length > limit * 2 ? `${short.slice(0, -1)}…` : short;
}
