# calibration: Does a probability mean the same in each group?
# Tenths of each group's scored people: what was predicted, and what came true, with Wilson's intervals. On the line both are equal.
# Draw it with gnuplot 5.4 or later: gnuplot calibration.gp
# The numbers are in calibration.dat, a block (index) for each series.
set terminal svg noenhanced size 1020,310 dynamic font 'sans,11' background rgb 'white'
set output 'calibration.svg'
title = 'Does a probability mean the same in each group?' # '' where a caption says it
data = 'calibration.dat'
set encoding utf8
set datafile separator tab
set border 0
set tics scale 0
set grid xtics lc rgb '#e0e2e6' lw 0.7 lt 1
unset key
set multiplot
set label 1 title at screen 0.0078, screen 0.9484
set grid ytics

# --- logistic
unset arrow
unset object
set lmargin at screen 0.0320
set rmargin at screen 0.2692
set tmargin at screen 0.7548
set bmargin at screen 0.1806
set xrange [0.7000000000000001:1]
set xtics 0.1
set format x '%.1f'
set yrange [0.7000000000000001:1]
set ytics 0.1
set format y '%.1f'
set xlabel 'predicted probability'
set label 2 'logistic' at graph 0, graph 1 offset 0, 1.9
set label 3 'share that came true' at graph 0, graph 1 offset 0, 0.7 tc rgb '#565b64'
set arrow from graph 0, graph 0 to graph 1, graph 1 nohead back lc rgb '#8a8f98'
set object rectangle from graph 1.0289, graph 0.9045 to graph 1.0620, graph 0.9494 noclip fs solid noborder fc rgb '#332288'
set label 'urban' at graph 1.0785, graph 0.9270
set object rectangle from graph 1.0289, graph 0.9775 to graph 1.0620, graph 1.0225 noclip fs solid noborder fc rgb '#cc6677'
set label 'migrant' at graph 1.0785, graph 1.0000
set object rectangle from graph 1.0289, graph 0.8315 to graph 1.0620, graph 0.8764 noclip fs solid noborder fc rgb '#117733'
set label 'rural' at graph 1.0785, graph 0.8539
plot data index 0 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#332288', \
  data index 0 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt 1 lc rgb '#332288', \
  data index 1 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#cc6677', \
  data index 1 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt '-' lc rgb '#cc6677', \
  data index 2 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#117733', \
  data index 2 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt '.' lc rgb '#117733'

# --- rule_list
unset arrow
unset object
unset label
set lmargin at screen 0.3653
set rmargin at screen 0.6025
set tmargin at screen 0.7548
set bmargin at screen 0.1806
set xrange [0.7000000000000001:1]
set xtics 0.1
set format x '%.1f'
set yrange [0.7000000000000001:1]
set ytics 0.1
set format y '%.1f'
set xlabel 'predicted probability'
set label 2 'rule_list' at graph 0, graph 1 offset 0, 1.9
set label 3 'share that came true' at graph 0, graph 1 offset 0, 0.7 tc rgb '#565b64'
set arrow from graph 0, graph 0 to graph 1, graph 1 nohead back lc rgb '#8a8f98'
set object rectangle from graph 1.0289, graph 0.9541 to graph 1.0620, graph 0.9990 noclip fs solid noborder fc rgb '#332288'
set label 'urban' at graph 1.0785, graph 0.9765
set object rectangle from graph 1.0289, graph 0.8080 to graph 1.0620, graph 0.8530 noclip fs solid noborder fc rgb '#cc6677'
set label 'migrant' at graph 1.0785, graph 0.8305
set object rectangle from graph 1.0289, graph 0.8810 to graph 1.0620, graph 0.9260 noclip fs solid noborder fc rgb '#117733'
set label 'rural' at graph 1.0785, graph 0.9035
plot data index 3 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#332288', \
  data index 3 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt 1 lc rgb '#332288', \
  data index 4 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#cc6677', \
  data index 4 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt '-' lc rgb '#cc6677', \
  data index 5 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#117733', \
  data index 5 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt '.' lc rgb '#117733'

# --- oracle
unset arrow
unset object
unset label
set lmargin at screen 0.6986
set rmargin at screen 0.9359
set tmargin at screen 0.7548
set bmargin at screen 0.1806
set xrange [0.7000000000000001:1]
set xtics 0.1
set format x '%.1f'
set yrange [0.7000000000000001:1]
set ytics 0.1
set format y '%.1f'
set xlabel 'predicted probability'
set label 2 'oracle' at graph 0, graph 1 offset 0, 1.9
set label 3 'share that came true' at graph 0, graph 1 offset 0, 0.7 tc rgb '#565b64'
set arrow from graph 0, graph 0 to graph 1, graph 1 nohead back lc rgb '#8a8f98'
set object rectangle from graph 1.0289, graph 0.9775 to graph 1.0620, graph 1.0225 noclip fs solid noborder fc rgb '#332288'
set label 'urban' at graph 1.0785, graph 1.0000
set object rectangle from graph 1.0289, graph 0.8315 to graph 1.0620, graph 0.8764 noclip fs solid noborder fc rgb '#cc6677'
set label 'migrant' at graph 1.0785, graph 0.8539
set object rectangle from graph 1.0289, graph 0.9045 to graph 1.0620, graph 0.9494 noclip fs solid noborder fc rgb '#117733'
set label 'rural' at graph 1.0785, graph 0.9270
plot data index 6 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#332288', \
  data index 6 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt 1 lc rgb '#332288', \
  data index 7 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#cc6677', \
  data index 7 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt '-' lc rgb '#cc6677', \
  data index 8 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#117733', \
  data index 8 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt '.' lc rgb '#117733'

unset multiplot
set output
