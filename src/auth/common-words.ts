/**
 * What passwords are made of that fall first, longest first: the heads of the published lists of common passwords, and
 * what stands about in an office of this kind. As folded by password.ts: lower case, letters for digits in words.
 */
const WORDS = `
password passwort passw0rd passwd parola secret geheim letmein welcome welkom login signin admin administrator
administration administrateur root toor superuser master manager system server oracle postgres database guest user
username test testing tester demo default changeme change public private access account computer internet network
windows linux ubuntu android iphone samsung google facebook twitter microsoft apple github monkey dragon shadow
sunshine princess football baseball basketball hockey soccer michael jordan jennifer jessica ashley daniel thomas
charlie andrew matthew joshua george robert william maggie buster hunter killer ranger harley mustang ferrari porsche
corvette yankees lakers cowboys eagles steelers batman superman spiderman starwars pokemon naruto minecraft matrix
trustno trustnoone iloveyou loveme lovely love babygirl angel flower butterfly chocolate cookie pepper ginger cheese
banana orange purple yellow silver golden summer winter spring autumn january february march april june july august
september october november december monday tuesday wednesday thursday friday saturday sunday morning freedom whatever
nothing blahblah hello helloworld goodbye please thankyou forever jesus christ heaven money million dollar lottery
qwerty qwertz azerty qazwsx qweasd asdf zxcv abc xyz aaa correcthorsebatterystaple correct horse battery staple
woaini woaini1314 wodemima mima zhanghao denglu guanliyuan huanying nihao zhongguo beijing shanghai anhui fuyang funan
yingzhou yingdong yingquan yingshang linquan taihe jieshou fupin fupinban duban ducha tuopin gongjian zhengfu xianwei
caonima dearbook taobao alibaba tencent baidu weixin wechat weibo huawei xiaomi duodian
密码 口令 管理员 登录 你好 中国 北京 上海 安徽 阜阳 阜南 扶贫 督办 督查 脱贫 攻坚 政府 我爱你 一二三四五六七八九十
`;

export const COMMON_WORDS: readonly string[] = [...new Set(WORDS.split(/\s+/).filter(Boolean))].sort(
  (a, b) => b.length - a.length,
);
