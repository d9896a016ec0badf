; A boot sector that has to be typed to. It shows "type now" on screen and serial port, then takes keys from the BIOS,
; slowly (about 18 a second), and echoes each to both. After Enter it says "typed" and switches the machine off.
bits 16
org 0x7c00

start:
  xor ax, ax
  mov ds, ax
  mov es, ax
  mov ss, ax
  mov sp, 0x7c00
  sti
  mov ax, 0x00e3        ; serial port 0: 9600 baud, 8 bits
  xor dx, dx
  int 0x14
  mov si, ready
  call say
next:
  call tick
  xor ah, ah            ; wait for a key
  int 0x16
  cmp al, 13
  je done
  call put
  jmp next
done:
  mov si, typed
  call say
  mov ax, 0x5301        ; APM: connect, enable, off
  xor bx, bx
  int 0x15
  mov ax, 0x530e
  xor bx, bx
  mov cx, 0x0102
  int 0x15
  mov ax, 0x5307
  mov bx, 1
  mov cx, 3
  int 0x15
stop:
  hlt
  jmp stop

tick:                   ; until the BIOS clock has moved on
  mov bx, [0x46c]
.same:
  cmp bx, [0x46c]
  je .same
  ret

say:
  lodsb
  test al, al
  jz .end
  call put
  jmp say
.end:
  ret

put:                    ; al to screen and serial port
  push ax
  mov ah, 0x0e
  mov bx, 7
  int 0x10
  pop ax
  mov ah, 1
  xor dx, dx
  int 0x14
  ret

ready db 'type now', 13, 10, 0
typed db 13, 10, 'typed', 13, 10, 0

times 510 - ($ - $$) db 0
dw 0xaa55
