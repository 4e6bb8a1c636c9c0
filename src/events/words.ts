/** A language in which the house speaks. */
export type Locale = 'ZH' | 'EN';

/** One word in both languages. */
export type Word = Readonly<Record<Locale, string>>;
type Words = Readonly<Record<string, Word>>;

const word = (ZH: string, EN: string): Word => ({ ZH, EN });

/** `TaskKind` */
export const TASK_KIND_WORDS = {
  BENCHMARK: word('对标任务', 'benchmark task'),
  INSTRUCTION: word('督办事项', 'supervised task'),
  RECTIFICATION: word('整改任务', 'rectification task'),
  ASSIGNMENT: word('交办任务', 'assigned task'),
} satisfies Words;

/** `TaskStatus` */
export const TASK_STATUS_WORDS = {
  NOT_STARTED: word('未开始', 'not started'),
  IN_PROGRESS: word('推进中', 'in progress'),
  BLOCKED: word('受阻', 'blocked'),
  SELF_DECLARED_MET: word('村级自评达标', 'declared met by the village'),
  TOWNSHIP_CONFIRMED: word('乡镇确认达标', 'confirmed by the township'),
  COUNTY_CONFIRMED: word('县级确认达标', 'confirmed by the county'),
  PROVINCE_PASSED: word('通过省级核查', 'passed provincial verification'),
  RETURNED: word('退回整改', 'returned for rectification'),
  REOPENED: word('重新开启', 'reopened'),
  CANCELLED: word('已取消', 'cancelled'),
} satisfies Words;

/** `TaskSchedule` */
export const TASK_SCHEDULE_WORDS = {
  CLOSED: word('已办结', 'closed'),
  OVERDUE: word('已逾期', 'overdue'),
  DUE_SOON: word('临期', 'due soon'),
  BEHIND: word('进度滞后', 'behind schedule'),
  ON_TRACK: word('进度正常', 'on track'),
} satisfies Words;

/** `ExtensionStatus`, said of the deadline that was asked for */
export const TASK_EXTENSION_WORDS = {
  REQUESTED: word('的申请待审批', 'was asked for'),
  APPROVED: word('已获批准', 'was approved'),
  REFUSED: word('未获批准', 'was refused'),
  LAPSED: word('的申请因任务办结失效', 'lapsed because the task was closed'),
} satisfies Words;

/** `ProjectKind` */
export const PROJECT_KIND_WORDS = {
  WATER_NETWORK: word('水网项目', 'water network project'),
  ROAD_NETWORK: word('路网项目', 'road network project'),
  POWER_NETWORK: word('电网项目', 'power network project'),
  INDUSTRY_BASE: word('产业扶贫基地', 'industry base'),
  EMPLOYMENT_WORKSHOP: word('扶贫车间', 'employment workshop'),
  SOLAR_STATION: word('光伏扶贫电站', 'solar station'),
  OTHER: word('扶贫项目', 'project'),
} satisfies Words;

/** `ProjectStage` */
export const PROJECT_STAGE_WORDS = {
  PROPOSED: word('已申报', 'proposed'),
  APPROVED: word('已批复', 'approved'),
  UNDER_CONSTRUCTION: word('施工中', 'under construction'),
  COMPLETED: word('已完工', 'completed'),
  ACCEPTED: word('已验收', 'accepted'),
  PLANNED: word('规划中', 'planned'),
  LAND_TRANSFER: word('土地流转', 'land transfer'),
  BUILDING: word('建设中', 'building'),
  OPERATING: word('已运营', 'operating'),
  SELECTED: word('已选址', 'site selected'),
  PREPARING: word('筹建中', 'preparing'),
  PRODUCING: word('已投产', 'producing'),
  SUSPENDED: word('已暂停', 'suspended'),
  CLOSED: word('已关闭', 'closed'),
} satisfies Words;

/** `InspectionKind` */
export const INSPECTION_KIND_WORDS = {
  SUPERVISION: word('督查', 'supervision inspection'),
  PATROL: word('巡查', 'patrol inspection'),
  UNANNOUNCED_VISIT: word('暗访', 'unannounced visit'),
  CROSS_INSPECTION: word('交叉检查', 'cross-inspection'),
  THIRD_PARTY_EVALUATION: word('第三方评估', 'third-party evaluation'),
  PROVINCIAL_VERIFICATION: word('省级核查验收', 'provincial verification'),
  SITE_VISIT: word('现场观摩', 'site visit'),
} satisfies Words;

/** `InspectionStatus` */
export const INSPECTION_STATUS_WORDS = {
  PLANNED: word('已列入计划', 'planned'),
  ASSIGNED: word('已派组', 'assigned'),
  IN_FIELD: word('已进驻', 'in the field'),
  SUBMITTED: word('已提交报告', 'report submitted'),
  REVIEWED: word('已审核', 'reviewed'),
  FINDINGS_ISSUED: word('已反馈问题', 'findings issued'),
  CLOSED: word('已办结', 'closed'),
  CANCELLED: word('已取消', 'cancelled'),
} satisfies Words;

/** `HouseholdStatus` */
export const HOUSEHOLD_STATUS_WORDS = {
  CANDIDATE: word('待识别', 'candidate'),
  NOT_LIFTED: word('未脱贫', 'not lifted out'),
  PRE_EXIT: word('预脱贫', 'pre-exit'),
  LIFTED_WITH_POLICY: word('脱贫享受政策', 'lifted out, still assisted'),
  LIFTED_WITHOUT_POLICY: word('脱贫不享受政策', 'lifted out, no longer assisted'),
  RELAPSED: word('返贫', 'relapsed'),
  CANCELLED: word('已核销', 'cancelled'),
} satisfies Words;

/** `StandardTarget`, as what leaves the list */
export const EXIT_TARGET_WORDS = {
  HOUSEHOLD: word('贫困户脱贫', 'household exit'),
  VILLAGE: word('贫困村出列', 'village exit'),
  COUNTY: word('贫困县退出', 'county exit'),
} satisfies Words;

/** What happens to the plan of a year */
export const TARGET_CHANGE_WORDS = {
  DRAFTED: word('年度计划已编制', 'the plan of the year was drafted'),
  LOCKED: word('年度计划已锁定', 'the plan of the year is locked'),
  ADJUSTMENT_REQUESTED: word('申请调整年度计划', 'an adjustment of the plan was asked for'),
  ADJUSTED: word('年度计划已调整', 'the plan was adjusted'),
  ADJUSTMENT_REFUSED: word('年度计划调整申请未获批准', 'an adjustment of the plan was refused'),
} satisfies Words;

/** `ExitStatus` */
export const EXIT_STATUS_WORDS = {
  REVIEWED: word('民主评议', 'reviewed by the villagers'),
  VERIFIED: word('村“两委”和工作队核实', 'verified in the village'),
  AGREED: word('户主签字认可', 'agreed by the household'),
  PLANNED: word('列入年度计划', 'planned for the year'),
  SELF_CHECK_PASSED: word('村级自查通过', 'self check passed'),
  TOWNSHIP_VERIFIED: word('乡镇核查通过', 'verified by the township'),
  COUNTY_VERIFIED: word('县级验收通过', 'verified by the county'),
  APPLIED: word('县级提出申请', 'applied for'),
  CITY_REVIEWED: word('市级初审通过', 'reviewed by the city'),
  PROVINCE_VERIFIED: word('省级核查通过', 'verified by the province'),
  IN_PUBLICITY: word('公示中', 'in public notice'),
  TOWNSHIP_REVIEWED: word('乡镇审核公告', 'reviewed by the township'),
  COUNTY_APPROVED: word('县级批准', 'approved by the county'),
  EXITED: word('退出', 'exited'),
  RETURNED: word('退回', 'returned'),
  REVOKED: word('撤销退出', 'revoked'),
} satisfies Words;

/** `Measure` */
export const MEASURE_WORDS = {
  POVERTY_INCIDENCE: word('贫困发生率', 'poverty incidence'),
  HARDENED_ROADS: word('通村硬化路', 'hardened roads to the village'),
  BUS_SERVICE: word('通客运班车', 'bus service'),
  NATURAL_VILLAGES_WITH_ROAD: word('自然村通硬化路', 'natural villages with a road'),
  SAFE_WATER_HOUSEHOLDS: word('饮水安全户', 'households with safe water'),
  POWERED_HOUSEHOLDS: word('通电户', 'households with power'),
  BROADBAND: word('通宽带', 'broadband'),
  RADIO_TV_HOUSEHOLDS: word('广播电视入户', 'households with radio and TV'),
  CLINICS: word('标准化卫生室', 'standardised clinics'),
  VILLAGE_DOCTORS: word('合格村医', 'qualified village doctors'),
  CULTURE_CENTRES: word('综合文化服务中心', 'cultural service centres'),
  STABLE_COLLECTIVE_INCOME: word('稳定集体经济收入', 'stable collective income'),
  LEADING_INDUSTRIES: word('主导产业', 'leading industries'),
  UNSAFE_DWELLINGS: word('住危房户', 'households in unsafe dwellings'),
  DROPOUTS: word('因贫辍学', 'dropouts'),
  INSURED_PERSONS: word('参保人数', 'insured persons'),
  SAFETY_NET_COVERAGE: word('兜底保障人数', 'safety-net coverage'),
  VILLAGE_PLATFORM: word('村级服务平台', 'village service platform'),
  HOUSEHOLD_NET_INCOME: word('家庭纯收入', 'household net income'),
  HOUSEHOLD_SAFE_WATER: word('家庭饮水安全', 'household safe water'),
  HOUSEHOLD_UNSAFE_DWELLING: word('家庭住房安全', 'household dwelling'),
  HOUSEHOLD_DROPOUTS: word('家庭义务教育', 'household schooling'),
  HOUSEHOLD_INSURED: word('家庭基本医疗保险', 'household insurance'),
  COUNTY_COMPOSITE_INCIDENCE: word('综合贫困发生率', 'composite incidence'),
  COUNTY_WRONG_EXITS: word('错退率', 'wrong exit rate'),
  COUNTY_OMISSIONS: word('漏评率', 'omission rate'),
  COUNTY_APPROVAL: word('群众认可度', 'approval rate'),
} satisfies Words;

/** `InterviewStatus` */
export const INTERVIEW_STATUS_WORDS = {
  CALLED: word('已触发约谈', 'called for'),
  APPOINTED: word('已定约谈时间', 'appointed'),
  HELD: word('已约谈', 'held'),
  WAIVED: word('免予约谈', 'waived'),
} satisfies Words;

/** `ReferralMatter` */
export const REFERRAL_MATTER_WORDS = {
  FALSIFICATION: word('弄虚作假', 'falsification'),
  FUNDS: word('资金违规', 'misuse of funds'),
  DUTY: word('失职失责', 'neglect of duty'),
  OTHER: word('其他纪律问题', 'another matter of discipline'),
} satisfies Words;

/** `ReferralStatus` */
export const REFERRAL_STATUS_WORDS = {
  REFERRED: word('已移送', 'referred'),
  UNDER_REVIEW: word('核查中', 'under review'),
  CLOSED: word('已办结', 'closed'),
} satisfies Words;

/** `AlertRule` */
export const ALERT_RULE_WORDS = {
  TASK_OVERDUE: word('任务逾期', 'task overdue'),
  TASK_RETURNED: word('任务被退回', 'task returned'),
  TASK_REOPENED: word('任务被重新开启', 'task reopened'),
  RECEIPT_NOT_SIGNED: word('任务未按时签收', 'task not signed for in time'),
  FINDING_ISSUED: word('问题待整改', 'finding to rectify'),
  RECTIFICATION_OVERDUE: word('问题整改逾期', 'rectification overdue'),
  VILLAGE_LOST_STANDARD: word('村不再达标', 'village lost the standard'),
  LIFTED_UNSAFE_HOUSING: word('脱贫户住房不安全', 'lifted household in an unsafe dwelling'),
  LIFTED_UNSAFE_WATER: word('脱贫户饮水不安全', 'lifted household without safe water'),
  LIFTED_DROPOUT: word('脱贫户子女失学', 'dropout in a lifted household'),
  LIFTED_NOT_INSURED: word('脱贫户有人未参保', 'uninsured person in a lifted household'),
  INCOME_BELOW_LINE: word('脱贫户收入低于贫困线', 'lifted household below the poverty line'),
  INCIDENCE_ABOVE_LIMIT: word('出列村贫困发生率反弹', 'incidence of a village off the list above the limit'),
  NOTICE_OBJECTION: word('公示异议待答复', 'objection to a public notice'),
  CALENDAR_MISSING: word('工作日历未发布', 'working calendar not published'),
  PUBLICITY_ENDING: word('公示即将期满', 'public notice about to end'),
  EXIT_STANDARD_NOT_MET: word('退出程序中不再达标', 'case under way without the standard'),
  VILLAGE_ALL_MET: word('村已全部达标待启动出列', 'village passes and may leave the list'),
  RECTIFICATION_DUE: word('问题整改临期', 'rectification due soon'),
  RATE_NEAR_LIMIT: word('出列村贫困发生率接近上限', 'incidence of a village off the list near the limit'),
  WORKSHOP_STALLED: word('扶贫车间停产', 'workshop at a standstill'),
} satisfies Words;

/** The word for a value; a value from a newer version of the house speaks for itself. */
export const say = (words: Words, value: string, locale: Locale): string => words[value]?.[locale] ?? value;
