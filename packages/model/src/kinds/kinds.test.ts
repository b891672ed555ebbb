import { describe, expect, it } from "vitest";
import { isPersonalDataName } from "../personal-data.ts";
import { POINT_NAME } from "../point.ts";
import { DEVICE_KINDS } from "./index.ts";

/** The names as the kinds' vocabularies list them, written out by hand: code that drops one is noticed here. */
const SHARED = {
  points: `rssi batteryLevel mainsLost tamper firmwareVersion hardwareVersion serialNumber dateLastCalibration
    clockOffset errorCodes uptime lastBootAt`,
  faults: "lowBattery externalPowerOff lowSignal outOfMemory ipFailure peripheralMalfunction",
};

const EXPECTED = {
  gateway: {
    counts: { points: 15, events: 0, faults: 6, commands: 1 },
    points: "uplink childrenCount childrenOnline",
    events: "",
    faults: "",
    commands: "reboot",
  },
  elevator: {
    counts: { points: 46, events: 9, faults: 23, commands: 5 },
    points: `carMode carPosition floorLabel carMovingDirection carAssignedDirection carDriveStatus carDoorStatus.{door}
      carDoorZone carLoad occupied passengerAlarm inMaintenance faultSignals vendorFaultCodes
      carSpeed levellingError vibrationRms vibrationRms.{axis} motorTemperature driveTemperature brakeTemperature
      machineRoomTemperature overspeed overTravel eBikeDetected
      tripCount doorCycleCount runTime bendCount energyActive
      emergencyBatteryOk intercomTestOk intercomTestAt lastMaintenanceAt`,
    events: `entrapment doorOpenWhileRunning unintendedCarMovement overspeed topOvertravel bottomOvertravel
      eBikeDetected maintenanceStart maintenanceEnd`,
    faults: `controllerFault driveAndMotorFault governorAndSafetyGearFault liftShaftDeviceFault powerSupplyFault
      safetyInterlockFault doorClosingFault doorOpeningFault carStoppedOutsideLandingZone callButtonStuck startFailure
      controllerSupplyFault selfTestFailure runtimeLimitExceeded positionLost driveTemperatureExceeded
      loadMeasurementFault`,
    commands: "playAnnouncement startIntercomCall requestSelfTest setMaintenance requestSnapshot",
  },
  streetlight: {
    counts: { points: 65, events: 0, faults: 29, commands: 7 },
    points: `powerState illuminanceLevel dimmingLevel dimmingCommand commandInAction illuminance status
      activePower nominalPower supplyVoltage supplyCurrent powerFactor frequency energyActive
      lampOperatingHours driverOperatingHours lampSwitchCounter lightSourceOnTime controlGearTemperature
      tiltAngle leakageCurrent doorOpen
      lampFailure lampFailureReason controlGearFailure controlGearFailureReason relayFailure dayBurner cycling
      controlGearCommunicationFailure invalidScheduler thermalDerating thermalDeratingCounter thermalShutdown
      thermalShutdownCounter lowPower highPower lowCurrent highCurrent lowVoltage highVoltage lowPowerFactor
      criticalInrush externalSupplyOvervoltage externalSupplyOvervoltageCounter externalSupplyUndervoltage
      externalSupplyUndervoltageCounter outputPowerLimitation overallFailure lightSourceOpenCircuit
      lightSourceOpenCircuitCounter lightSourceShortCircuit lightSourceShortCircuitCounter`,
    events: "",
    faults: `lampFailure controlGearFailure relayFailure dayBurner cycling controlGearCommunicationFailure
      invalidScheduler thermalDerating thermalShutdown lowPower highPower lowCurrent highCurrent lowVoltage highVoltage
      lowPowerFactor criticalInrush externalSupplyOvervoltage externalSupplyUndervoltage outputPowerLimitation
      overallFailure lightSourceOpenCircuit lightSourceShortCircuit`,
    commands: "setPower setDimming clearOverride assignSchedule resetLampHours resetEnergy reboot",
  },
  camera: {
    counts: { points: 37, events: 11, faults: 11, commands: 5 },
    points: `on streamState frameRate bitrate resolution latency recording storageHealth storageFree oldestRecordingAt
      imageBlurry imageDark imageBright sceneChanged signalLoss irOn
      storageFailure fanFailure powerSupplyFailure temperatureCritical housingTemperature cpuUsage
      authFailedCount peopleCount occupancy`,
    events: `motionAlarm lineCrossed objectsInside objectIsLoitering objectAbandoned objectRemoved temperatureAlarm
      authFailed linkStatus lastReset lastClockSynchronization`,
    faults: "signalLoss storageFailure fanFailure powerSupplyFailure temperatureCritical",
    commands: "reboot requestSnapshot syncTime setIr gotoPreset",
  },
  "clinic-kiosk": {
    counts: { points: 44, events: 10, faults: 6, commands: 7 },
    points: `state sessionActive sessionCount sessionDuration videoConsultState doctorWaitTime measurementSuccessRate
      selfTest.result selfTest.failed selfTest.at
      peripheral.{name}.status peripheral.{name}.lastCalibrationAt peripheral.bpMonitor.cuffCycles
      printer.paperLevel printer.paperState
      cabinTemperature cabinHumidity co2 doorState sosPressed uvLampOn occupied lastInteractionAt
      networkLatency packetLoss uplinkBandwidth upsOnBattery upsCharge upsRuntime diskFree cpuTemperature appVersion`,
    events: `sessionStarted sessionEnded measurementFailed printerJam idReadFailed consultDropped calibrationExpired
      doorForced sosPressed uvOnWhileOccupied`,
    faults: "",
    commands: "reboot runSelfTest lockOut setAnnouncement syncClock openDoor printTestPage",
  },
  "medicine-vending-machine": {
    counts: { points: 43, events: 9, faults: 10, commands: 8 },
    points: `workingStatus saleState doorOpen doorOpenDuration serviceMode output.status
      compartment.{id}.zone compartment.{id}.temperature compartment.{id}.temperature2 compartment.{id}.humidity
      compartment.{id}.mkt24h compartment.{id}.mkt30d compartment.{id}.minutesAbove8in24h
      compressorOn compressorDuty defrostActive evaporatorTemperature
      selection.{slot}.availability selection.{slot}.stock selection.{slot}.capacity selection.{slot}.batchNo
      selection.{slot}.expiryDate selection.{slot}.price
      salesCount salesAmount failedVendCount refundCount payment.{method}.status activeEvaDtsCodes
      networkType batteryBackup`,
    events: `vendSucceeded vendFailed productNotTaken refill doorOpened doorOpenedWithoutAuthorisation
      temperatureExcursionStart temperatureExcursionEnd saleBlocked`,
    faults: "motorJam dropNotDetected probeError defrostError",
    commands: `setSellable lockCompartment setTemperatureSetpoint startDefrost testVend reboot syncPrices
      reportInventory`,
  },
  "gym-machine": {
    counts: { points: 30, events: 8, faults: 6, commands: 3 },
    points: `machineState speed inclination totalDistance cadence stepRate instantaneousPower resistanceLevel totalEnergy
      elapsedTime usageHours sessionCount beltHours lastServiceAt lastServiceHours motorCurrent motorTemperature
      beltVibration`,
    events: `reset stoppedOrPaused stoppedBySafetyKey started targetSpeedChanged targetInclineChanged
      targetResistanceChanged sessionEnded`,
    faults: "",
    commands: "lock unlock endSession",
  },
  "gym-room": {
    counts: { points: 23, events: 2, faults: 6, commands: 3 },
    points: `peopleCount capacity temperature humidity co2 pm25 noiseLevel doorState sosPressed lightsOn fallDetected`,
    events: "sosPressed fallDetected",
    faults: "",
    commands: "setRoomHvac unlockDoor announce",
  },
  "environment-sensor": {
    counts: { points: 27, events: 0, faults: 6, commands: 1 },
    points: `temperature humidity co2 pm25 pm10 pm1 tvoc formaldehyde co so2 o3 no2 noiseLevel illuminance motion`,
    events: "",
    faults: "",
    commands: "reboot",
  },
} as const;

function names(...texts: string[]): string[] {
  return texts.flatMap((text) => text.split(/\s+/).filter(Boolean)).toSorted();
}

describe("device kinds", () => {
  it("include the gateway and the eight kinds of the neighbourhood", () => {
    expect([...DEVICE_KINDS.keys()]).toEqual(expect.arrayContaining(Object.keys(EXPECTED)));
  });

  it.each(Object.entries(EXPECTED))("%s declares every point, event, fault and command", (id, expected) => {
    const kind = DEVICE_KINDS.get(id);
    if (!kind) throw new Error(`no kind ${id}`);
    expect(Object.keys(kind.points).toSorted()).toEqual(names(expected.points, SHARED.points));
    expect(Object.keys(kind.events).toSorted()).toEqual(names(expected.events));
    expect(Object.keys(kind.faults).toSorted()).toEqual(names(expected.faults, SHARED.faults));
    expect(Object.keys(kind.commands).toSorted()).toEqual(names(expected.commands));
    expect({
      points: Object.keys(kind.points).length,
      events: Object.keys(kind.events).length,
      faults: Object.keys(kind.faults).length,
      commands: Object.keys(kind.commands).length,
    }).toEqual(expected.counts);
  });

  describe.each([...DEVICE_KINDS.values()])("$id", (kind) => {
    it("labels everything in Chinese and English", () => {
      const labels = [
        kind.label,
        ...Object.values(kind.points).flatMap((point) => [point.label, ...Object.values(point.valueLabels ?? {})]),
        ...[kind.events, kind.faults, kind.commands].flatMap((entries) => Object.values(entries).map((e) => e.label)),
      ];
      for (const { zh, en } of labels) {
        expect(zh.trim(), en).not.toBe("");
        expect(en.trim(), zh).not.toBe("");
        expect(en).not.toMatch(/\p{Script=Han}/u);
      }
    });

    it("labels every member of every enum", () => {
      for (const [name, point] of Object.entries(kind.points)) {
        if (point.type === "enum") expect(Object.keys(point.valueLabels ?? {}), name).toEqual(point.values);
      }
    });

    it("gives every measured number a unit and a physical range", () => {
      for (const [name, point] of Object.entries(kind.points)) {
        if (point.type !== "number" && point.type !== "integer") continue;
        expect(point.unit, name).toBeDefined();
        expect(point.range, name).toBeDefined();
      }
    });

    it("has point names that a device may send, none of them a person's", () => {
      for (const name of Object.keys(kind.points)) {
        const sent = name.replaceAll(/\{[^}]+\}/g, "A1");
        expect(sent).toMatch(POINT_NAME);
        expect(isPersonalDataName(sent), sent).toBe(false);
      }
    });

    it("waits at least five minutes before it calls a device offline", () => {
      expect(kind.offlineAfter).toBeGreaterThanOrEqual(5 * 60_000);
      expect(kind.lateAfter).toBeLessThan(kind.offlineAfter);
    });
  });
});

describe("elevator", () => {
  it("numbers the faults as BACnetLiftFault does", () => {
    const faults = DEVICE_KINDS.get("elevator")?.faults;
    const numbers = {
      controllerFault: 0,
      safetyInterlockFault: 5,
      carStoppedOutsideLandingZone: 8,
      loadMeasurementFault: 16,
    };
    for (const [code, number] of Object.entries(numbers)) expect(faults?.[code]?.number).toBe(number);
  });

  it("has no command that could move the car", () => {
    const commands = Object.keys(DEVICE_KINDS.get("elevator")?.commands ?? {});
    expect(commands.filter((name) => /move|goto|floor|call(?!$)|run|drive/i.test(name))).toEqual([]);
  });
});
