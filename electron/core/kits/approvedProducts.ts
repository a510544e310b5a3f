import type { KitProduct } from '../../../shared/model/kit.ts';

/**
 * Antigen kits that China's regulator had approved by 2 April 2022, as the press of the time listed them (23 of 24 could
 * be verified). What could not be verified is null. None carries a reading window or a GTIN: those are entered from the
 * kit's leaflet by whoever answers for the site, and never made up.
 */
export const approvedProducts: readonly Pick<
  KitProduct,
  'registrant' | 'method' | 'registrationNumber' | 'approvedOn'
>[] = [
  {
    registrant: '广州万孚生物技术股份有限公司',
    method: '胶体金法',
    registrationNumber: '国械注准20203400830',
    approvedOn: '2020-11-03',
  },
  {
    registrant: '北京金沃夫生物工程科技有限公司',
    method: '乳胶法',
    registrationNumber: '国械注准20203400831',
    approvedOn: '2020-11-03',
  },
  {
    registrant: '深圳华大因源医药科技有限公司',
    method: '荧光免疫层析法',
    registrationNumber: '国械注准20203400940',
    approvedOn: '2020-12',
  },
  {
    registrant: '北京华科泰生物技术股份有限公司',
    method: '荧光免疫层析法',
    registrationNumber: '国械注准20223400308',
    approvedOn: '2022-03-12',
  },
  {
    registrant: '南京诺唯赞医疗科技有限公司',
    method: '胶体金法',
    registrationNumber: '国械注准20223400346',
    approvedOn: '2022-03-12',
  },
  {
    registrant: '天津博奥赛斯生物科技股份有限公司',
    method: '胶体金法',
    registrationNumber: '国械注准20223400347',
    approvedOn: '2022-03-13',
  },
  {
    registrant: '北京热景生物技术股份有限公司',
    method: '胶体金法',
    registrationNumber: '国械注准20223400348',
    approvedOn: '2022-03-13',
  },
  {
    registrant: '重庆明道捷测生物科技有限公司',
    method: '胶体金法',
    registrationNumber: '国械注准20223400349',
    approvedOn: '2022-03-13',
  },
  {
    registrant: '北京乐普诊断科技股份有限公司',
    method: '胶体金法',
    registrationNumber: '国械注准20223400350',
    approvedOn: '2022-03-13',
  },
  {
    registrant: '北京万泰生物药业股份有限公司',
    method: '胶体金法',
    registrationNumber: '国械注准20223400351',
    approvedOn: '2022-03-13',
  },
  {
    registrant: '浙江东方基因生物制品股份有限公司',
    method: '胶体金法',
    registrationNumber: '国械注准20223400359',
    approvedOn: '2022-03-15',
  },
  {
    registrant: '武汉明德生物科技股份有限公司',
    method: '胶体金法',
    registrationNumber: '国械注准20223400360',
    approvedOn: '2022-03-15',
  },
  { registrant: '艾康生物技术(杭州)有限公司', method: null, registrationNumber: null, approvedOn: '2022-03-16' },
  {
    registrant: '中元汇吉生物技术股份有限公司',
    method: '胶体金法',
    registrationNumber: null,
    approvedOn: '2022-03-17',
  },
  { registrant: '厦门奥德生物', method: '胶体金法', registrationNumber: null, approvedOn: '2022-03-18' },
  { registrant: '山东康华生物', method: '胶体金法', registrationNumber: null, approvedOn: '2022-03-18' },
  { registrant: '杭州奥泰生物', method: null, registrationNumber: null, approvedOn: '2022-03-18' },
  { registrant: '深圳易瑞生物', method: null, registrationNumber: null, approvedOn: '2022-03-23' },
  { registrant: '深圳亚辉龙生物', method: '胶体金法', registrationNumber: null, approvedOn: '2022-03-23' },
  { registrant: '英诺特(唐山)生物技术有限公司', method: null, registrationNumber: null, approvedOn: '2022-03-29' },
  { registrant: '北京卓诚惠生生物科技股份有限公司', method: null, registrationNumber: null, approvedOn: '2022-03-30' },
  { registrant: '上海芯超生物', method: null, registrationNumber: null, approvedOn: '2022-04-01' },
  { registrant: '南京申基医药', method: null, registrationNumber: null, approvedOn: '2022-04-01' },
];
