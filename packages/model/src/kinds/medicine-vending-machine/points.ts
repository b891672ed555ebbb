import { minutes } from "../../duration.ts";
import type { Point } from "../../point.ts";
import { choice, codes, counter, flag, measure, moment, text, whole } from "../point-forms.ts";

const source = "OPC 30210-1";

const service: Record<string, Point> = {
  workingStatus: choice(
    {
      initializing: ["初始化", "Initializing"],
      waitingForTemperature: ["等待温度", "Waiting for temperature"],
      ready: ["就绪", "Ready"],
      cleaning: ["清洁中", "Cleaning"],
      dispensing: ["出货中", "Dispensing"],
      busy: ["忙", "Busy"],
      outOfOrder: ["故障停用", "Out of order"],
      energySavingMode: ["节能模式", "Energy saving"],
    },
    ["工作状态", "Working status"],
    { source },
  ),
  saleState: choice(
    {
      open: ["可售", "Open"],
      held: ["暂停销售", "Held"],
      blocked: ["禁止销售", "Blocked"],
    },
    ["销售状态", "Sale state"],
  ),
  doorOpen: flag(["门打开", "Door open"]),
  doorOpenDuration: measure("s", [0, 1e7], ["开门时长", "Door open for"]),
  serviceMode: flag(["维护模式", "Service mode"], { source: `${source} InMaintenanceMode` }),
  "output.status": choice(
    {
      free: ["空闲", "Free"],
      productNotTaken: ["商品未取", "Product not taken"],
      outOfOrder: ["故障", "Out of order"],
      locked: ["锁定", "Locked"],
      cleaningRequired: ["需清洁", "Cleaning required"],
    },
    ["取货口状态", "Output"],
    { source },
  ),
};

/**
 * Temperatures once a minute: GSP Annex 3 asks for that, and for a value every 2 min while out of range. What is
 * normal depends on the compartment's zone: 2 to 8 °C cold, up to 20 °C cool, 10 to 30 °C ambient.
 */
const compartments: Record<string, Point> = {
  "compartment.{id}.zone": choice(
    {
      cold: ["冷藏 2–10 ℃", "Cold"],
      cool: ["阴凉 ≤20 ℃", "Cool"],
      ambient: ["常温", "Ambient"],
    },
    ["温区", "Zone"],
    { source: "GSP" },
  ),
  "compartment.{id}.temperature": measure("Cel", [-40, 60], ["箱内温度", "Temperature"], {
    cadence: minutes(1),
    source: "OPC 30210-1 MainColdTemperature",
  }),
  "compartment.{id}.temperature2": measure("Cel", [-40, 60], ["第二探头温度", "Second probe"], {
    cadence: minutes(1),
  }),
  "compartment.{id}.humidity": measure("%", [0, 100], ["箱内湿度", "Humidity"], {
    normal: [35, 75],
    cadence: minutes(1),
    source: "GSP Annex 3",
  }),
  "compartment.{id}.mkt24h": measure("Cel", [-40, 60], ["24 小时平均动力学温度", "MKT over 24 h"], {
    normal: [2, 8],
    cadence: minutes(5),
    source: "USP 1079.2",
  }),
  "compartment.{id}.mkt30d": measure("Cel", [-40, 60], ["30 天平均动力学温度", "MKT over 30 d"], {
    normal: [2, 25],
    cadence: minutes(5),
    source: "USP 1079.2",
  }),
  "compartment.{id}.minutesAbove8in24h": measure(
    "min",
    [0, 1_440],
    ["24 小时超 8 ℃ 分钟数", "Minutes above 8 °C in 24 h"],
    {
      normal: [0, 0],
      cadence: minutes(5),
    },
  ),
};

const cooling: Record<string, Point> = {
  compressorOn: flag(["压缩机运行", "Compressor on"], { cadence: minutes(1) }),
  compressorDuty: measure("%", [0, 100], ["压缩机负荷率", "Compressor duty"], {
    normal: [30, 70],
    cadence: minutes(1),
  }),
  defrostActive: flag(["除霜中", "Defrosting"], { cadence: minutes(1) }),
  evaporatorTemperature: measure("Cel", [-60, 60], ["蒸发器温度", "Evaporator temperature"], { cadence: minutes(1) }),
};

const goods: Record<string, Point> = {
  "selection.{slot}.availability": choice(
    {
      available: ["有货", "Available"],
      outOfOrder: ["货道故障", "Out of order"],
      temporaryNotAvailable: ["暂不可售", "Temporarily not available"],
      empty: ["售罄", "Empty"],
    },
    ["货道状态", "Selection"],
    { source },
  ),
  "selection.{slot}.stock": whole("1", [0, 10_000], ["库存", "Stock"]),
  "selection.{slot}.capacity": whole("1", [0, 10_000], ["货道容量", "Capacity"]),
  "selection.{slot}.batchNo": text(["批号", "Batch"]),
  "selection.{slot}.expiryDate": moment(["有效期至", "Expires"]),
  "selection.{slot}.price": measure("CNY", [0, 100_000], ["单价", "Price"]),
};

const sales: Record<string, Point> = {
  salesCount: counter("1", ["销售件数", "Sales"], { source: "EVA-DTS" }),
  salesAmount: counter("CNY", ["销售额", "Sales amount"], { source: "EVA-DTS" }),
  failedVendCount: counter("1", ["出货失败次数", "Failed vends"], { source: "EVA-DTS" }),
  refundCount: counter("1", ["退款次数", "Refunds"], { source: "EVA-DTS" }),
  "payment.{method}.status": choice(
    {
      ok: ["正常", "OK"],
      error: ["故障", "Error"],
      offline: ["离线", "Offline"],
    },
    ["支付方式状态", "Payment"],
    { source },
  ),
  activeEvaDtsCodes: codes(["EVA-DTS 代码", "Active EVA-DTS codes"], undefined, { source }),
};

const supply: Record<string, Point> = {
  networkType: choice(
    {
      ethernet: ["有线网络", "Ethernet"],
      wifi: ["无线局域网", "Wi-Fi"],
      cellular: ["移动网络", "Cellular"],
    },
    ["网络类型", "Network"],
  ),
  batteryBackup: flag(["备用电池供电", "On backup battery"]),
};

export const points: Readonly<Record<string, Point>> = {
  ...service,
  ...compartments,
  ...cooling,
  ...goods,
  ...sales,
  ...supply,
};
