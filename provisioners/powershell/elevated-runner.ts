import { powershell } from '../../plugins/sdk/guest.ts';

export interface ElevatedTask {
  /** Of the task, and of the file its output goes to. */
  readonly name: string;
  readonly user: string;
  /** Empty for accounts that have none. */
  readonly password: string;
  /** Line of cmd.exe. */
  readonly command: string;
  /** Where the runner itself is in the guest; it removes itself. */
  readonly path: string;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

function xmlText(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign);
}

/** A task that runs when it is told to, with all rights that its user can have, and for as long as it takes. */
function taskXml({ user, password, command, name }: ElevatedTask): string {
  const line = `/c ${command} > %SYSTEMROOT%/Temp/${name}.out 2>&1`;
  return [
    '<?xml version="1.0" encoding="UTF-16"?>',
    '<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">',
    '<RegistrationInfo><Description>A provisioner of Kiln</Description></RegistrationInfo>',
    `<Principals><Principal id="Author"><UserId>${xmlText(user)}</UserId>`,
    ...(password === '' ? [] : ['<LogonType>Password</LogonType>']),
    '<RunLevel>HighestAvailable</RunLevel></Principal></Principals>',
    '<Settings><MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>',
    '<DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>',
    '<StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>',
    '<AllowStartOnDemand>true</AllowStartOnDemand><Enabled>true</Enabled>',
    '<ExecutionTimeLimit>PT0S</ExecutionTimeLimit><Priority>4</Priority></Settings>',
    `<Actions Context="Author"><Exec><Command>cmd</Command><Arguments>${xmlText(line)}</Arguments></Exec></Actions>`,
    '</Task>',
  ].join('\n');
}

/**
 * A PowerShell script that registers the task, starts it, shows what it writes while it runs, removes it, and exits with
 * its status. The output goes through a file: a task has no way to whoever started it.
 */
export function elevatedRunner(task: ElevatedTask): string {
  return `$user = ${powershell.word(task.user)}
$password = ${powershell.word(task.password)}
$name = ${powershell.word(task.name)}
$path = ${powershell.word(task.path)}
$log = [Environment]::ExpandEnvironmentVariables("%SYSTEMROOT%/Temp/$name.out")
$ProgressPreference = 'SilentlyContinue'
$ErrorActionPreference = 'Stop'
$status = 1
$reader = $null
function Show-Output {
  if (!$script:reader -and (Test-Path -LiteralPath $log)) {
    $encoding = [Text.Encoding]::GetEncoding([Globalization.CultureInfo]::CurrentCulture.TextInfo.OEMCodePage)
    $script:reader = New-Object IO.StreamReader ([IO.File]::Open($log, 'Open', 'Read', 'ReadWrite')), $encoding
  }
  if ($script:reader) { [Console]::Out.Write($script:reader.ReadToEnd()) }
}
try {
  $service = New-Object -ComObject 'Schedule.Service'
  $service.Connect()
  $definition = $service.NewTask($null)
  $definition.XmlText = @'
${taskXml(task)}
'@
  $logon = 1
  $secret = $password
  if ($password.Length -eq 0) {
    $logon = 5
    $secret = $null
  }
  $folder = $service.GetFolder('\\')
  [void]$folder.RegisterTaskDefinition($name, $definition, 6, $user, $secret, $logon, $null)
  try {
    $registered = $folder.GetTask("\\$name")
    [void]$registered.Run($null)
    # Ready, running, not run yet, queued: Windows' words for a task that has no status.
    $pending = 267008, 267009, 267011, 267045
    $begun = Get-Date
    $started = $false
    do {
      Start-Sleep -Milliseconds 200
      Show-Output
      $state = $registered.State
      $result = $registered.LastTaskResult
      if ($state -eq 4 -or $pending -notcontains $result) { $started = $true }
      if (!$started -and ((Get-Date) - $begun).TotalSeconds -gt 60) { throw "the task of $user does not start" }
    } while ($state -ne 3 -or $pending -contains $result)
    Show-Output
    $status = $result
  } finally {
    $folder.DeleteTask($name, 0)
  }
} catch {
  [Console]::Error.WriteLine("the script could not be run as \${user}: $($_.Exception.Message)")
} finally {
  if ($reader) { $reader.Close() }
  Remove-Item -LiteralPath $log -Force -ErrorAction SilentlyContinue
  Remove-Item -LiteralPath $path -Force -ErrorAction SilentlyContinue
}
exit $status
`;
}
