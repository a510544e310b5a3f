import type { DayFigures, DaySummary, Tally } from '../../../shared/model/daySummary.ts';

const none: Tally = { registered: 0, negative: 0, positive: 0, invalid: 0, pending: 0, void: 0 };

function tally(negative: number, positive = 0, invalid = 0, pending = 0, voided = 0): Tally {
  return {
    registered: negative + positive + invalid + pending + voided,
    negative,
    positive,
    invalid,
    pending,
    void: voided,
  };
}

function figures(more: Partial<DayFigures>): DayFigures {
  return {
    day: '2022-04-10',
    siteName: '长宁·新泾三村',
    stationName: '1 号工位',
    total: none,
    balanced: true,
    byHour: [],
    byOperator: [],
    byProductLot: [],
    byBuilding: [],
    readTodayOfEarlierDays: 0,
    readLaterOfToday: 0,
    undone: 0,
    revised: 0,
    secondTests: 0,
    unknownPeople: 0,
    typedCodes: 0,
    followUps: 0,
    ...more,
  };
}

function summary(of: DayFigures, unsent = 0, conflicts = 0): DaySummary {
  return {
    figures: of,
    sha256: '9f2c41d07b6e835a'.repeat(4),
    takenAtMs: Date.UTC(2022, 3, 10, 10, 42),
    copiesPrinted: 1,
    delivery: { unsent, conflicts },
  };
}

export const emptyDay = summary(figures({}));

export const usualDay = summary(
  figures({
    total: tally(128, 1, 2, 16, 1),
    byHour: [
      { hour: 8, tally: tally(22) },
      { hour: 9, tally: tally(47, 1) },
      { hour: 10, tally: tally(39, 0, 1, 0, 1) },
      { hour: 13, tally: tally(20, 0, 1, 6) },
      { hour: 14, tally: tally(0, 0, 0, 10) },
    ],
    byOperator: [
      { key: 'a', label: '李娟', tally: tally(80, 1, 1, 10) },
      { key: 'b', label: '王建国', tally: tally(48, 0, 1, 6, 1) },
    ],
    byProductLot: [
      { key: 'a', label: '万孚（胶体金法） · W22031', tally: tally(100, 1, 2, 16, 1) },
      {
        key: 'b',
        label: '北京金沃夫生物工程科技有限公司新型冠状病毒（2019-nCoV）抗原检测试剂盒（乳胶法） · JWF20220318A',
        tally: tally(28),
      },
    ],
    byBuilding: [1, 2, 3, 5, 7]
      .map((number) => ({ key: String(number), label: `${number} 号楼`, tally: tally(20 + number) }))
      .concat([{ key: '', label: '', tally: tally(8, 1, 2, 16, 1) }]),
    readTodayOfEarlierDays: 3,
    undone: 2,
    revised: 1,
    secondTests: 2,
    unknownPeople: 4,
    typedCodes: 5,
    followUps: 1,
  }),
  3,
);

/** A large site: long hours, many operators, more buildings than a page holds, and names of every length. */
export const largeDay = summary(
  figures({
    siteName: '上海市浦东新区某某街道第一居民委员会与第二居民委员会联合抗原检测点（东区）',
    stationName: '东门一号工位（临时）',
    total: tally(2590, 12, 31, 140, 9),
    balanced: false,
    byHour: Array.from({ length: 24 }, (_, hour) => ({
      hour,
      tally: tally(40 + ((hour * 37) % 130), hour % 3, 1, hour),
    })),
    byOperator: Array.from({ length: 9 }, (_, index) => ({
      key: String(index),
      label: `操作员${index + 1}`,
      tally: tally(200 + index, 1, 2, 10, 1),
    })),
    byProductLot: Array.from({ length: 14 }, (_, index) => ({
      key: String(index),
      label:
        index % 3 === 0
          ? `浙江东方基因生物制品股份有限公司新型冠状病毒抗原检测试剂盒（胶体金法） · OG2203${10 + index}`
          : `万孚 · W220${30 + index}`,
      tally: tally(150 + index, 1, 2, 10),
    })),
    byBuilding: Array.from({ length: 96 }, (_, index) => ({
      key: String(index),
      label:
        index % 17 === 0
          ? `国际人才公寓 Serviced Apartments & Residences “${index}” <b>North Wing</b>`
          : `${index + 1} 号楼`,
      tally: tally(20 + (index % 9), index % 11 === 0 ? 1 : 0, 0, 2),
    })),
    typedCodes: 131,
  }),
  2041,
  2,
);
