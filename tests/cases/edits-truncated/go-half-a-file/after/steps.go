package steps

func step0() int { return 0 }
func step1() int { return 1 }
func step2() int { return 2 }
func step3() int { return 3 }
func step4() int { return 4 }
func step5() int { return 5 }
func step6() int { return 6 }
func step7() int { return 7 }
func step8() int { return 8 }
func step9() int { return 9 }
func step10() int { return 10 }
func step11() int { return 11 }
func step12() int { return 12 }
func step13() int { return 13 }
func step14() int { return 14 }
func step15() int { return 15 }
func step16() int { return 16 }
func step17() int { return 17 }
func step18() int { return 18 }
func step19() int { return 19 }
