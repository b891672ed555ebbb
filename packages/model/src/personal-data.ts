import { memoByName } from "./memo.ts";

/*
 * This product watches machines. What a machine measures of a person, and who that person is, is refused by name,
 * whatever kind sends it. Names are compared in lower case without "_" and "-", segment by segment.
 */

/** Personal wherever they stand in a segment: `heartRate`, `avg_heart_rate`, `bloodPressureSys`. */
const ANYWHERE = [
  "heartrate",
  "pulserate",
  "bloodpressure",
  "systolic",
  "diastolic",
  "spo2",
  "bloodoxygen",
  "oxygensaturation",
  "bloodglucose",
  "bloodsugar",
  "bodytemp",
  "bodyfat",
  "bodyweight",
  "bodyheight",
  "bodymass",
  "electrocardiogram",
  "idcardno",
  "idcardnumber",
  "identitycardn",
  "passportn",
  "身份证",
] as const;

/** Personal where they begin a segment: `urinePh`, `ecgLead1`. */
const PREFIXES = ["urine", "ecg", "ekg"] as const;

/** Personal only as a whole segment: `weight` is, `weightLimit` and `binMaxLoad` are not. */
const WHOLE = new Set([
  "weight",
  "weightkg",
  "height",
  "heightcm",
  "bmi",
  "bp",
  "glucose",
  "cholesterol",
  "uricacid",
  "respiratoryrate",
  "realname",
  "fullname",
  "firstname",
  "lastname",
  "givenname",
  "familyname",
  "surname",
  "nickname",
  "personname",
  "patientname",
  "username",
  "membername",
  "customername",
  "residentname",
  "visitorname",
  "doctorname",
  "staffname",
  "idcard",
  "idno",
  "idnumber",
  "identitynumber",
  "citizenid",
  "nationalid",
  "passport",
  "documentno",
  "documentnumber",
  "certificateno",
  "ssn",
  "socialsecuritynumber",
  "insurancenumber",
  "insurancecard",
  "insurancecardno",
  "insurancecardnumber",
  "medicalcardno",
  "medicalcardnumber",
  "healthcardno",
  "healthcardnumber",
  "姓名",
]);

/** A bare `name` is refused, and so is `patient.name`; `selection.A1.name` is what a slot holds. */
const PERSONS = new Set(["person", "patient", "user", "member", "customer", "resident", "visitor", "doctor", "staff"]);

/** What may be said of a peripheral that is named after what it measures, such as `peripheral.ecg.status`. */
const OF_THE_DEVICE = new Set([
  "status",
  "lastcalibrationat",
  "serialnumber",
  "firmwareversion",
  "hardwareversion",
  "batterylevel",
  "cuffcycles",
]);

/** Peripherals of which nothing but the device's own health may be said: all they could add is what they measured. */
const MEASURE_PEOPLE = new Set(["bpmonitor", "oximeter", "thermometer", "scale", "glucometer"]);

function isPersonalSegment(segment: string): boolean {
  return (
    WHOLE.has(segment) ||
    PREFIXES.some((prefix) => segment.startsWith(prefix)) ||
    ANYWHERE.some((part) => segment.includes(part))
  );
}

function isPersonal(name: string): boolean {
  const segments = name.toLowerCase().replaceAll(/[_-]/g, "").split(".");
  const [first = "", second = "", third = ""] = segments;
  if (first === "peripheral" && segments.length === 3 && (MEASURE_PEOPLE.has(second) || isPersonalSegment(second))) {
    return !OF_THE_DEVICE.has(third);
  }
  if (segments.at(-1) === "name") return segments.length === 1 || PERSONS.has(segments.at(-2) ?? "");
  return segments.some(isPersonalSegment);
}

/**
 * Whether a point or field of this name would be a person's health value, name or document number. Such values are
 * refused in every kind and their bytes are not kept.
 */
export const isPersonalDataName: (name: string) => boolean = memoByName(isPersonal);
