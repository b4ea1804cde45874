#!/bin/sh
# judged.sh CROSSDOCK LIBRARY: the judge finds no fault; that something could not be tried is no fault.
"$1" test "$2" --seed 3 --cases 60
status=$?
[ $status = 0 ] || [ $status = 3 ]
