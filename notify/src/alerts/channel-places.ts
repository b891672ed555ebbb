/** So many messages of one channel are under way at a time; the last of these places are for urgent ones. */
const PLACES = 8;
const URGENT_PLACES = 2;

/** Keeps a slow channel from taking more than its share of what is in flight. */
export class ChannelPlaces {
  private readonly used = new Map<string, number>();

  /** False when there is none. */
  readonly take = (channelId: string, urgent: boolean): boolean => {
    const used = this.used.get(channelId) ?? 0;
    if (used >= (urgent ? PLACES : PLACES - URGENT_PLACES)) return false;
    this.used.set(channelId, used + 1);
    return true;
  };

  leave(channelId: string): void {
    const used = this.used.get(channelId) ?? 0;
    if (used <= 1) this.used.delete(channelId);
    else this.used.set(channelId, used - 1);
  }
}
