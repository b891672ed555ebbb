/** Of what a normal month gives: why it is worth a place in the list, or a message. */
export const WORTH: ReadonlyMap<string, string> = new Map([
  [
    "lift.blind",
    "A car that was occupied or on its way said nothing for a minute and a half. Here it was the radio each time; in a power cut it is the only sign of people between floors, and nobody can tell the two apart from outside",
  ],
  ["lift.intercomTestOverdue", "The line by which the trapped call is tested twice a month; told once, by day"],
  ["device.calibrationDue", "A month's notice, in the digest: a sensor beyond its date proves nothing to an inspector"],
  ["clinic.paperLow", "In the list only: whoever passes brings a roll, and the printer never runs out"],
  ["clinic.calibrationSoon", "In the list only: verification of a blood-pressure monitor takes weeks to arrange"],
  ["meds.stock", "In the list only, for whoever refills"],
  ["lift.doorBlocked", "In the list only: somebody moved house, or a door begins to fail; the count tells which"],
]);

/** Of faults that nothing in force raises: why it is so. */
export const LEFT_OUT: ReadonlyMap<string, string> = new Map([
  [
    "environment-sensor.stuck",
    "`device.stuckValue` ships off: the air of a closed room stands still for a day by itself",
  ],
  ["gym-room.fall", "people lie down to exercise: in shadow until a site knows its precision"],
]);
