const LARGEST = 8 << 20;
const SMALLEST = 4 << 10;
/** After so many requests of the size that a server was found to take it is asked whether it takes more by now. */
const ASKED_AGAIN_AFTER = 1_000;

/** How many characters of lines one request holds: halved when that is too much for a server, doubled when it is not. */
export class RequestSize {
  #most = LARGEST;
  #ceiling = LARGEST;
  #atCeiling = 0;

  get most(): number {
    return this.#most;
  }

  /** The server said that a request of so many is too large. */
  tooLarge(length: number): void {
    this.#ceiling = Math.max(SMALLEST, Math.min(this.#ceiling, length) >> 1);
    this.#most = Math.min(this.#most, this.#ceiling);
    this.#atCeiling = 0;
  }

  /** A request of so many was not answered in time. */
  tooSlow(length: number): void {
    this.#most = Math.max(SMALLEST, Math.min(this.#most, length) >> 1);
  }

  /** A request of so many was stored. */
  fine(length: number): void {
    if (length * 2 <= this.#most) return;
    // a proxy's limit may have been raised since; as long as it was not, this costs one refusal
    if (this.#most === this.#ceiling && ++this.#atCeiling >= ASKED_AGAIN_AFTER) {
      this.#ceiling = Math.min(LARGEST, 2 * this.#ceiling);
      this.#atCeiling = 0;
    }
    this.#most = Math.min(this.#ceiling, this.#most * 2);
  }
}
