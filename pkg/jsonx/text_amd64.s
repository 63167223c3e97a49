//go:build !purego

#include "textflag.h"

// func textMarks(p *byte, marks *uint64, blocks int) (high uint64)
//
// SSE2, which every amd64 has. A byte is marked if it is a backslash, or if with
// bit 1 flipped it is at most 0x20: the flip swaps '"' with ' ' and keeps control
// characters among themselves.
TEXT ·textMarks(SB), NOSPLIT, $0-32
	MOVQ p+0(FP), SI
	MOVQ marks+8(FP), DI
	MOVQ blocks+16(FP), R8
	MOVQ $0x0202020202020202, AX
	MOVQ AX, X8
	PUNPCKLQDQ X8, X8
	MOVQ $0x2020202020202020, AX
	MOVQ AX, X9
	PUNPCKLQDQ X9, X9
	MOVQ $0x5c5c5c5c5c5c5c5c, AX
	MOVQ AX, X10
	PUNPCKLQDQ X10, X10
	PXOR X11, X11 // all bytes, ORed

block:
	MOVOU (SI), X0
	MOVOU 16(SI), X1
	MOVOU 32(SI), X2
	MOVOU 48(SI), X3
	POR  X0, X11
	POR  X1, X11
	POR  X2, X11
	POR  X3, X11

	MOVO X0, X4
	MOVO X1, X5
	MOVO X2, X6
	MOVO X3, X7
	PCMPEQB X10, X4
	PCMPEQB X10, X5
	PCMPEQB X10, X6
	PCMPEQB X10, X7

	PXOR X8, X0
	PXOR X8, X1
	PXOR X8, X2
	PXOR X8, X3
	MOVO X0, X12
	MOVO X1, X13
	MOVO X2, X14
	MOVO X3, X15
	PMINUB X9, X12
	PMINUB X9, X13
	PMINUB X9, X14
	PMINUB X9, X15
	PCMPEQB X12, X0
	PCMPEQB X13, X1
	PCMPEQB X14, X2
	PCMPEQB X15, X3
	POR  X4, X0
	POR  X5, X1
	POR  X6, X2
	POR  X7, X3

	PMOVMSKB X0, AX
	PMOVMSKB X1, BX
	PMOVMSKB X2, CX
	PMOVMSKB X3, DX
	SHLQ $16, BX
	SHLQ $32, CX
	SHLQ $48, DX
	ORQ  BX, AX
	ORQ  CX, DX
	ORQ  DX, AX
	MOVQ AX, (DI)
	ADDQ $64, SI
	ADDQ $8, DI
	DECQ R8
	JNZ  block

	MOVQ X11, AX
	PUNPCKHQDQ X11, X11
	MOVQ X11, BX
	ORQ  BX, AX
	MOVQ AX, high+24(FP)
	RET
