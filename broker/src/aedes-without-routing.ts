import { Aedes, type Client, type PublishPacket } from "aedes";

type Done = (error?: Error) => void;

/**
 * Aedes without the part that carries a client's message to other clients. Nobody may subscribe to what devices publish
 * (the journal is where it goes, before the acknowledgement), nor to `$SYS`; looking for subscribers, queues and retained
 * messages on every publish would cost a third of the throughput for nothing. What the broker itself publishes
 * (retained states) takes Aedes' own way.
 */
export class AedesWithoutRouting extends Aedes {
  override publish(packet: PublishPacket, client: Client | null | Done, done?: Done): void {
    if (typeof client !== "function") return done?.();
    if (packet.topic.startsWith("$")) return client();
    super.publish(packet, client);
  }
}
