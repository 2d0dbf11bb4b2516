# Adds up what test runners say they passed: cmocka, pytest, busted, Node.js, and our own "N passed, 0 failed".
/^\[  PASSED  \] [0-9]+ test/ { passed += $4 }
/^[0-9]+ success/ { passed += $1 }
/^# pass [0-9]+$/ { passed += $3 }
/[0-9]+ passed/ { for (i = 2; i <= NF; i++) if ($i ~ /^passed/) passed += $(i - 1) }
END { print passed + 0 }
