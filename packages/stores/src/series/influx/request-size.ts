const LARGEST = 8 << 20;
const SMALLEST = 4 << 10;

/** How many characters of lines one request holds: halved when that is too much for a server, doubled when it is not. */
export class RequestSize {
  #most = LARGEST;
  #ceiling = LARGEST;

  get most(): number {
    return this.#most;
  }

  /** The server said that a request of so many is too large; it will stay so. */
  tooLarge(length: number): void {
    this.#ceiling = Math.max(SMALLEST, Math.min(this.#ceiling, length) >> 1);
    this.#most = Math.min(this.#most, this.#ceiling);
  }

  /** A request of so many was not answered in time. */
  tooSlow(length: number): void {
    this.#most = Math.max(SMALLEST, Math.min(this.#most, length) >> 1);
  }

  /** A request of so many was stored. */
  fine(length: number): void {
    if (length * 2 > this.#most) this.#most = Math.min(this.#ceiling, this.#most * 2);
  }
}
