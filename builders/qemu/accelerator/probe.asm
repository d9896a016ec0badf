; The boot sector by which Kiln measures an accelerator. It works through what a kernel needs: real, protected and long
; mode, paging, SSE, a locked 16-byte exchange, interrupts of a timer. Then it sends 0x31 to QEMU's debug device at
; port 0x501, which ends QEMU with status 99. Where an instruction fails the processor resets, and 99 is never sent.
;
;   nasm -f bin -o probe.bin builders/qemu/accelerator/probe.asm
;
; probe-sector.ts holds the result; a unit test compares the two.

TABLES  equ 0x10000             ; three page tables: one 2 MiB page, mapped to itself
IDT     equ 0x13000
PAIR    equ 0x14000             ; 16 bytes, aligned, for the exchange
VECTOR  equ 0x20                ; of the timer

        org 0x7c00
        bits 16
        cli
        xor ax, ax
        mov ds, ax
        mov ss, ax
        mov sp, 0x7c00
        mov ecx, 200000
real:   dec ecx
        jnz real
        in al, 0x92             ; the address line A20
        or al, 2
        out 0x92, al
        lgdt [gdt_pointer]
        mov eax, cr0
        or al, 1
        mov cr0, eax
        jmp 0x08:protected

        bits 32
protected:
        mov ax, 0x10
        mov ds, ax
        mov es, ax
        mov ss, ax
        mov esp, 0x7c00
        mov ecx, 200000
.work:  dec ecx
        jnz .work
        mov eax, cr4
        or eax, 0x620           ; PAE, OSFXSR, OSXMMEXCPT
        mov cr4, eax
        mov eax, cr0
        and al, ~4              ; no emulation of the FPU
        or al, 2
        mov cr0, eax
        movups xmm1, [ones]
        movaps xmm0, xmm1
        mov ecx, 40000000       ; software takes about a second for it, a processor 0.05 s
.sse:   mulps xmm0, xmm1
        dec ecx
        jnz .sse
        mov eax, 0x80000001
        cpuid
        bt edx, 29
        jnc passed              ; a processor of 32 bits
        mov edi, TABLES
        mov ecx, (PAIR + 16 - TABLES) / 4
        xor eax, eax
        rep stosd
        mov dword [TABLES], TABLES + 0x1003
        mov dword [TABLES + 0x1000], TABLES + 0x2003
        mov dword [TABLES + 0x2000], 0x83
        mov eax, TABLES
        mov cr3, eax
        mov ecx, 0xc0000080     ; EFER.LME
        rdmsr
        or ah, 1
        wrmsr
        mov eax, cr0
        or eax, 0x80000000      ; paging
        mov cr0, eax
        jmp 0x18:long_mode

passed: mov al, 0x31
        mov dx, 0x501
        out dx, al
failed: cli
        hlt
        jmp failed

        bits 64
long_mode:
        mov edi, PAIR
        xor eax, eax
        xor edx, edx
        mov ebx, 1
        mov ecx, 2
        lock cmpxchg16b [rdi]
        cmp dword [rdi + 8], 2
        jne dead

        ; The timer's interrupt 0 becomes VECTOR; all others are off.
        mov al, 0x11
        out 0x20, al
        mov al, VECTOR
        out 0x21, al
        mov al, 4
        out 0x21, al
        mov al, 1
        out 0x21, al
        mov al, 0xfe
        out 0x21, al
        mov eax, tick
        mov word [IDT + VECTOR * 16], ax
        mov dword [IDT + VECTOR * 16 + 2], 0x8e000018
        lidt [idt_pointer]
        mov al, 0x34            ; counter 0, again and again, 1193 of its steps: 1 ms
        out 0x43, al
        mov ax, 1193
        out 0x40, al
        mov al, ah
        out 0x40, al
        xor ebx, ebx
        sti
.wait:  hlt
        cmp ebx, 20
        jb .wait
        mov al, 0x31
        mov dx, 0x501
        out dx, al
        hlt

dead:   hlt
        jmp dead

tick:   inc ebx
        mov al, 0x20
        out 0x20, al
        iretq

        align 8
gdt:    dq 0
        dq 0x00cf9a000000ffff   ; code of 32 bits
        dq 0x00cf92000000ffff   ; data
        dq 0x00af9a000000ffff   ; code of 64 bits
gdt_pointer:
        dw gdt_pointer - gdt - 1
        dd gdt
idt_pointer:
        dw (VECTOR + 1) * 16 - 1
        dq IDT
ones:   dd 1.0, 1.0, 1.0, 1.0

        times 510 - ($ - $$) db 0
        dw 0xaa55
