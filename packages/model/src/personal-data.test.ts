import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isPersonalDataName } from "./personal-data.ts";

describe("isPersonalDataName", () => {
  it.each([
    "heartRate",
    "HEART_RATE",
    "avgHeartRate",
    "systolic",
    "diastolic",
    "bloodPressure",
    "blood-pressure",
    "bloodPressure.systolic",
    "vitals.spo2",
    "SpO2",
    "bodyTemperature",
    "ecg",
    "ecg.lead1",
    "ecgWaveform",
    "bloodGlucose",
    "urine.ph",
    "urineProtein",
    "weight",
    "height",
    "user.weight",
    "bodyFat",
    "bodyFatPercent",
    "bmi",
    "name",
    "patient.name",
    "patientName",
    "user_name",
    "idCardNumber",
    "idCardNo",
    "idNumber",
    "passportNumber",
    "insuranceCardNumber",
    "documentNumber",
    "session.idCard",
    "姓名",
    "身份证号码",
    "peripheral.bpMonitor.value",
    "peripheral.oximeter.reading",
    "peripheral.ecg.waveform",
    "peripheral.scale.weight",
    "peripheral.thermometer.temperature",
  ])("refuses %s", (name) => {
    expect(isPersonalDataName(name)).toBe(true);
    expect(isPersonalDataName(name.toUpperCase())).toBe(true);
  });

  it.each([
    "firmwareVersion",
    "machineName",
    "deviceName",
    "appName",
    "selection.A1.name",
    "weightLimit",
    "binMaxLoad",
    "cargoWeight",
    "heightAboveGround",
    "heartbeat",
    "temperature",
    "cabinTemperature",
    "serialNumber",
    "carLoad",
    "peopleCount",
    "energyActive",
    "idReader",
    "powerConsumption",
    "pulseCount",
    "peripheral.bpMonitor.status",
    "peripheral.bpMonitor.cuffCycles",
    "peripheral.ecg.status",
    "peripheral.ecgModule.status",
    "peripheral.scale.lastCalibrationAt",
    "peripheral.thermometer.firmwareVersion",
    "peripheral.printer.temperature",
    "peripheral.idReader.status",
    "",
  ])("lets %j pass", (name) => {
    expect(isPersonalDataName(name)).toBe(false);
  });

  it("does not care for case or separators", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("heartRate", "bloodPressure", "idCardNumber", "patientName", "bodyFat"),
        fc.infiniteStream(fc.constantFrom("", "_", "-")),
        fc.infiniteStream(fc.boolean()),
        (name, separators, cases) => {
          const written = name
            .split("")
            .map(
              (letter) => (cases.next().value ? letter.toUpperCase() : letter.toLowerCase()) + separators.next().value,
            )
            .join("");
          expect(isPersonalDataName(written)).toBe(true);
        },
      ),
    );
  });
});
