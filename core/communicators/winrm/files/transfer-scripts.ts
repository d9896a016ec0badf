import { powershell } from '../powershell.ts';
import { encodePath } from './guest-path.ts';

/*
 * What goes over a command's input or output to carry files, a record a line:
 *   D path    a directory            F path    a file begins, under a name of its own beside its place
 *   +data     more of it             E hash    it is whole and goes to its place; SHA-256 in hexadecimal
 *   S path    neither of them, not copied       Q         all was sent
 *   ! reason  it failed
 * Paths and reasons are UTF-8, they and data are in Base64.
 */

const PRELUDE = [
  `$ErrorActionPreference='Stop';$ProgressPreference='SilentlyContinue'`,
  '$u=[Text.Encoding]::UTF8;$o=[Console]::Out',
  `function Fail($why){$o.WriteLine('!'+[Convert]::ToBase64String($u.GetBytes([string]$why)));exit 1}`,
  'function Full($text){[IO.Path]::GetFullPath([Environment]::ExpandEnvironmentVariables($u.GetString([Convert]::FromBase64String($text))))}',
  `function Hex($hash){[void]$hash.TransformFinalBlock((New-Object byte[] 0),0,0);[BitConverter]::ToString($hash.Hash).Replace('-','')}`,
].join('\n');

const RECEIVE = `begin {
${PRELUDE}
$file=$null;$part=$null;$whole=$false
}
process {
try {
$line=[string]$_
if($line.Length -gt 0){
$rest=$line.Substring(1)
switch($line.Substring(0,1)){
'D' {[void][IO.Directory]::CreateDirectory((Full $rest))}
'F' {
$path=Full $rest
if([IO.Directory]::Exists($path)){throw "$path is a directory"}
[void][IO.Directory]::CreateDirectory([IO.Path]::GetDirectoryName($path))
$part=$path+MARK
$file=[IO.File]::Create($part)
$hash=[Security.Cryptography.SHA256]::Create()
}
'+' {
$bytes=[Convert]::FromBase64String($rest)
$file.Write($bytes,0,$bytes.Length)
[void]$hash.TransformBlock($bytes,0,$bytes.Length,$bytes,0)
}
'E' {
$file.Close();$file=$null
if((Hex $hash) -ne $rest){throw "$path did not arrive as it was sent"}
if([IO.File]::Exists($path)){[IO.File]::Delete($path)}
[IO.File]::Move($part,$path);$part=$null
}
'Q' {$whole=$true}
}
}
} catch {
$why=$_.Exception.Message
if($file){$file.Close()}
if($part){[IO.File]::Delete($part)}
Fail $why
}
}
end {
if($file){$file.Close();[IO.File]::Delete($part)}
if(!$whole){Fail 'not all of it arrived'}
$o.WriteLine('Q')
}`;

const SEND = `${PRELUDE}
function Name($path){[Convert]::ToBase64String($u.GetBytes($path))}
function Send-File($path,$name){
$o.WriteLine('F'+(Name $name))
$file=[IO.File]::Open($path,'Open','Read','ReadWrite')
$hash=[Security.Cryptography.SHA256]::Create()
$bytes=New-Object byte[] 30000
while(($n=$file.Read($bytes,0,$bytes.Length)) -gt 0){
[void]$hash.TransformBlock($bytes,0,$n,$bytes,0)
$o.WriteLine('+'+[Convert]::ToBase64String($bytes,0,$n))
}
$file.Close()
$o.WriteLine('E'+(Hex $hash))
}
function Send-Tree($path,$name){
foreach($one in (New-Object IO.DirectoryInfo $path).GetFileSystemInfos()){
$sub=$name+$one.Name
if($one.Attributes -band [IO.FileAttributes]::ReparsePoint){$o.WriteLine('S'+(Name $sub))}
elseif($one -is [IO.DirectoryInfo]){$o.WriteLine('D'+(Name $sub));Send-Tree $one.FullName ($sub+'/')}
else{Send-File $one.FullName $sub}
}
}
try {
$path=Full PATH
KIND
$o.WriteLine('Q')
} catch {Fail $_.Exception.Message}`;

const KINDS = {
  file: `if(![IO.File]::Exists($path)){throw "there is no file $path"};Send-File $path ''`,
  tree: `if(![IO.Directory]::Exists($path)){throw "there is no directory $path"};Send-Tree $path ''`,
} as const;

/** Takes records from its input. `mark` ends the names of files that are not whole yet. */
export function receiveFiles(mark: string): string {
  return powershell.command(RECEIVE.replace('MARK', powershell.word(`.kiln-${mark}`)));
}

/** Gives records on its output: a file, whose name is then empty, or what is in a directory. */
export function sendFiles(kind: keyof typeof KINDS, path: string): string {
  return powershell.command(SEND.replace('PATH', powershell.word(encodePath(path))).replace('KIND', () => KINDS[kind]));
}
