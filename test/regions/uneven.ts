/** A made-up prefecture without counties, as 441900 is one: its townships lie directly in it. */
export const UNEVEN = `code,name,level,parent_code
440000000000,甲省,PROVINCE,
441900000000,乙市,PREFECTURE,440000000000
441900003000,丙街道,TOWNSHIP,441900000000
441900003001,丁社区居委会,VILLAGE,441900003000
441900121000,戊镇,TOWNSHIP,441900000000
`;
