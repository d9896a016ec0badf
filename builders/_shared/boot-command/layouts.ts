/**
 * What the 48 keys of a PC keyboard give in a guest with a national layout: the row of digits from the key left of
 * "1", the two rows below, the key beside left shift, the bottom row. A blank is a key that gives nothing useful.
 * The names and the tables are those of the X keyboard extension (xkb-data), which Debian's console has as well.
 */
export interface Layout {
  readonly plain: string;
  readonly shift: string;
  readonly altgr: string;
  /** Characters whose key is dead: it gives them only with the space bar after it. */
  readonly dead: string;
}

/** The keys of the tables above, in QEMU's words (QKeyCode). */
export const layoutKeys: readonly string[] = [
  ...['grave_accent', '1', '2', '3', '4', '5', '6', '7', '8', '9', '0', 'minus', 'equal'],
  ...['q', 'w', 'e', 'r', 't', 'y', 'u', 'i', 'o', 'p', 'bracket_left', 'bracket_right'],
  ...['a', 's', 'd', 'f', 'g', 'h', 'j', 'k', 'l', 'semicolon', 'apostrophe', 'backslash'],
  ...['less', 'z', 'x', 'c', 'v', 'b', 'n', 'm', 'comma', 'dot', 'slash'],
];

export type LayoutName =
  | 'us'
  | 'gb'
  | 'de'
  | 'ch'
  | 'ch-fr'
  | 'fr'
  | 'be'
  | 'es'
  | 'latam'
  | 'it'
  | 'pt'
  | 'br'
  | 'dk'
  | 'no'
  | 'se'
  | 'fi'
  | 'pl'
  | 'cz'
  | 'hu';

export const layouts: Readonly<Record<LayoutName, Layout>> = {
  us: {
    plain: "`1234567890-=qwertyuiop[]asdfghjkl;'\\ zxcvbnm,./",
    shift: '~!@#$%^&*()_+QWERTYUIOP{}ASDFGHJKL:"| ZXCVBNM<>?',
    altgr: '                                                ',
    dead: '',
  },
  gb: {
    plain: "`1234567890-=qwertyuiop[]asdfghjkl;'#\\zxcvbnm,./",
    shift: '¬!"£$%^&*()_+QWERTYUIOP{}ASDFGHJKL:@~|ZXCVBNM<>?',
    altgr: '|¹²³€½¾{[]}\\ @ e¶    øþ¨~æßð      ´^`|«»¢   µ · ',
    dead: '¨´',
  },
  de: {
    plain: '^1234567890ß´qwertzuiopü+asdfghjklöä#<yxcvbnm,.-',
    shift: '°!"§$%&/()=?`QWERTZUIOPÜ*ASDFGHJKLÖÄ\'>YXCVBNM;:_',
    altgr: ' ¹²³¼½¬{[]}\\ @ €¶    øþ¨~æ ð       ^ |»«¢   µ·  ',
    dead: '^`¨´',
  },
  ch: {
    plain: "§1234567890'^qwertzuiopü¨asdfghjklöä$<yxcvbnm,.-",
    shift: '°+"*ç%&/()=?`QWERTZUIOPè!ASDFGHJKLéà£>YXCVBNM;:_',
    altgr: '¬|@#¼½¬|¢]}´~@ €¶     þ[]æßð      ´{}\\«»¢   µ · ',
    dead: '^`~¨´',
  },
  'ch-fr': {
    plain: "§1234567890'^qwertzuiopè¨asdfghjkléà$<yxcvbnm,.-",
    shift: '°+"*ç%&/()=?`QWERTZUIOPü!ASDFGHJKLöä£>YXCVBNM;:_',
    altgr: '¬|@#¼½¬|¢]}´~@ €¶     þ[]æßð      ´{}\\«»¢   µ · ',
    dead: '^`~¨´',
  },
  fr: {
    plain: '²&é"\'(-è_çà)=azertyuiop^$qsdfghjklmù*<wxcvbn,;:!',
    shift: '~1234567890°+AZERTYUIOP¨£QSDFGHJKLM%µ>WXCVBN?./§',
    altgr: '¬¹~#{[|`\\^@]}æ«€¶    øþ¨¤@ßð      µ^`| »¢   ´ · ',
    dead: '¨´',
  },
  be: {
    plain: '²&é"\'(§è!çà)-azertyuiop^$qsdfghjklmùµ<wxcvbn,;:=',
    shift: '³1234567890°_AZERTYUIOP¨*QSDFGHJKLM%£>WXCVBN?./+',
    altgr: '¬|@#¼½^{[{}\\ @ €¶     þ[]æßð      ´´`\\«»¢     ·~',
    dead: '`~¨´',
  },
  es: {
    plain: "º1234567890'¡qwertyuiop`+asdfghjklñ´ç<zxcvbnm,.-",
    shift: 'ª!"·$%&/()=?¿QWERTYUIOP^*ASDFGHJKLÑ¨Ç>ZXCVBNM;:_',
    altgr: '\\|@#~½¬{[]}\\ @ €¶    øþ[]æßð      ~{}|«»¢   µ · ',
    dead: '^`¨´',
  },
  latam: {
    plain: "|1234567890'¿qwertyuiop´+asdfghjklñ{}<zxcvbnm,.-",
    shift: '°!"#$%&/()=?¡QWERTYUIOP¨*ASDFGHJKLÑ[]>ZXCVBNM;:_',
    altgr: '¬|@·~½¬{[]}\\ @ €¶    øþ¨~æßð      ~^`\\«»¢   µ · ',
    dead: '^`¨´',
  },
  it: {
    plain: "\\1234567890'ìqwertyuiopè+asdfghjklòàù<zxcvbnm,.-",
    shift: '|!"£$%&/()=?^QWERTYUIOPé*ASDFGHJKLç°§>ZXCVBNM;:_',
    altgr: '¬¹²³¼½¬{[]}`~@ €¶    øþ[]æßð      @#`««»¢  ñµ´· ',
    dead: '´',
  },
  pt: {
    plain: "\\1234567890'«qwertyuiop+´asdfghjklçº~<zxcvbnm,.-",
    shift: '|!"#$%&/()=?»QWERTYUIOP*`ASDFGHJKLÇª^>ZXCVBNM;:_',
    altgr: '¬¹@£§½¬{[]}\\ @ €¶    øþ¨~æßð      ´^`\\«»¢   µ · ',
    dead: '^`~¨´',
  },
  br: {
    plain: "'1234567890-=qwertyuiop´[asdfghjklç~]\\zxcvbnm,.;",
    shift: '"!@#$%¨&*()_+QWERTYUIOP`{ASDFGHJKLÇ^}|ZXCVBNM<>:',
    altgr: '¬¹²³£¢¬{[]}\\§/?°®    øþ´ªæßð      ´~º «»©   µ · ',
    dead: '^`¨',
  },
  dk: {
    plain: "½1234567890+´qwertyuiopå¨asdfghjklæø'<zxcvbnm,.-",
    shift: '§!"#¤%&/()=?`QWERTYUIOPÅ^ASDFGHJKLÆØ*>ZXCVBNM;:_',
    altgr: '¾¡@£$½¥{[]}±|@ €®þ    þ¨~ªßð      ´^ \\«»©   µ · ',
    dead: '^`~¨´',
  },
  no: {
    plain: "|1234567890+\\qwertyuiopå¨asdfghjkløæ'<zxcvbnm,.-",
    shift: '§!"#¤%&/()=?`QWERTYUIOPÅ^ASDFGHJKLØÆ*>ZXCVBNM;:_',
    altgr: '¦¡@£$½¥{[]}±´@ €®þ     ¨~ªßð      ´^ ½«»©   µ   ',
    dead: '^`~¨´',
  },
  se: {
    plain: "§1234567890+´qwertyuiopå¨asdfghjklöä'<zxcvbnm,.-",
    shift: '½!"#¤%&/()=?`QWERTYUIOPÅ^ASDFGHJKLÖÄ*>ZXCVBNM;:_',
    altgr: '¶¡@£$€¥{[]}\\±@ €®þ    þ¨~ªßð      øæ´|«»©   µ · ',
    dead: '^`~¨',
  },
  fi: {
    plain: "§1234567890+´qwertyuiopå¨asdfghjklöä'<zxcvbnm,.-",
    shift: '½!"#¤%&/()=?`QWERTYUIOPÅ^ASDFGHJKLÖÄ*>ZXCVBNM;:_',
    altgr: '  @£$  {[]}\\ qw€rþyu    ~ ßðfghj  øæ | ×cvb µ   ',
    dead: '^`~¨´',
  },
  pl: {
    plain: "`1234567890-=qwertyuiop[]asdfghjkl;'\\ zxcvbnm,./",
    shift: '~!@#$%^&*()_+QWERTYUIOP{}ASDFGHJKL:"| ZXCVBNM<>?',
    altgr: '¬ ²³¢€½§·«»     ©ß   óþ¨~  ðæ     ´^`       µ   ',
    dead: '¨´',
  },
  cz: {
    plain: ';+ěščřžýáíé=´qwertzuiopú)asdfghjklů§¨\\yxcvbnm,.-',
    shift: ' 1234567890% QWERTZUIOP/(ASDFGHJKL"!\'|YXCVBNM?:_',
    altgr: "`!@#$%^&*{}\\ \\|€¶    øþ[]~  []`'  $'\\/°#&@{}^<>*",
    dead: '¨´',
  },
  hu: {
    plain: '0123456789öüóqwertzuiopőúasdfghjkléáűíyxcvbnm,.-',
    shift: '§\'"+!%/=()ÖÜÓQWERTZUIOPŐÚASDFGHJKLÉÁŰÍYXCVBNM?:_',
    altgr: '¬~ ^   ` ´ ¨ \\|Ä¶  €Í  ÷×ä  [] í  $ß¤<>#&@{}<;>*',
    dead: '¨´',
  },
};
