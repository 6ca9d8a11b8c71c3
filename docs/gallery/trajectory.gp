# trajectory: Where do the decisions lead? (1 of 2)
# Each group, month by month, as the decisions of each scorer feed back.
# Draw it with gnuplot 5.4 or later: gnuplot trajectory.gp
# The numbers are in trajectory.dat, a block (index) for each series.
set terminal svg noenhanced size 1020,1074 dynamic font 'sans,11' background rgb 'white'
set output 'trajectory.svg'
title = 'Where do the decisions lead? (1 of 2)' # '' where a caption says it
data = 'trajectory.dat'
set encoding utf8
set datafile separator tab
set border 0
set tics scale 0
set grid xtics lc rgb '#e0e2e6' lw 0.7 lt 1
unset key
set multiplot
set label 1 title at screen 0.0078, screen 0.9851
set grid ytics

# --- approved share, logistic
unset arrow
unset object
set lmargin at screen 0.0320
set rmargin at screen 0.2692
set tmargin at screen 0.9441
set bmargin at screen 0.7784
set xrange [0:12]
set xtics 5
set format x '%.0f'
set yrange [0.2:0.6000000000000001]
set ytics 0.1
set format y '%.1f'
set xlabel 'month'
set label 2 'approved share, logistic' at graph 0, graph 1 offset 0, 0.8
set object rectangle from graph 1.0289, graph 0.7340 to graph 1.0620, graph 0.7790 noclip fs solid noborder fc rgb '#332288'
set label 'urban' at graph 1.0785, graph 0.7565
set object rectangle from graph 1.0289, graph 0.3401 to graph 1.0620, graph 0.3850 noclip fs solid noborder fc rgb '#cc6677'
set label 'migrant' at graph 1.0785, graph 0.3626
set object rectangle from graph 1.0289, graph 0.0686 to graph 1.0620, graph 0.1135 noclip fs solid noborder fc rgb '#117733'
set label 'rural' at graph 1.0785, graph 0.0910
plot data index 0 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#332288', \
  data index 0 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt 1 lc rgb '#332288', \
  data index 1 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#cc6677', \
  data index 1 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt '-' lc rgb '#cc6677', \
  data index 2 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#117733', \
  data index 2 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt '.' lc rgb '#117733'

# --- approved share, rule_list
unset arrow
unset object
unset label
set lmargin at screen 0.3653
set rmargin at screen 0.6025
set tmargin at screen 0.9441
set bmargin at screen 0.7784
set xrange [0:12]
set xtics 5
set format x '%.0f'
set yrange [0.2:0.6000000000000001]
set ytics 0.1
set format y '%.1f'
set xlabel 'month'
set label 2 'approved share, rule_list' at graph 0, graph 1 offset 0, 0.8
set object rectangle from graph 1.0289, graph 0.6846 to graph 1.0620, graph 0.7296 noclip fs solid noborder fc rgb '#332288'
set label 'urban' at graph 1.0785, graph 0.7071
set object rectangle from graph 1.0289, graph 0.3231 to graph 1.0620, graph 0.3680 noclip fs solid noborder fc rgb '#cc6677'
set label 'migrant' at graph 1.0785, graph 0.3455
set object rectangle from graph 1.0289, graph 0.0700 to graph 1.0620, graph 0.1150 noclip fs solid noborder fc rgb '#117733'
set label 'rural' at graph 1.0785, graph 0.0925
plot data index 3 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#332288', \
  data index 3 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt 1 lc rgb '#332288', \
  data index 4 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#cc6677', \
  data index 4 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt '-' lc rgb '#cc6677', \
  data index 5 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#117733', \
  data index 5 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt '.' lc rgb '#117733'

# --- approved share, composite_index
unset arrow
unset object
unset label
set lmargin at screen 0.6986
set rmargin at screen 0.9359
set tmargin at screen 0.9441
set bmargin at screen 0.7784
set xrange [0:12]
set xtics 5
set format x '%.0f'
set yrange [0.2:0.6000000000000001]
set ytics 0.1
set format y '%.1f'
set xlabel 'month'
set label 2 'approved share, composite_index' at graph 0, graph 1 offset 0, 0.8
set object rectangle from graph 1.0289, graph 0.6776 to graph 1.0620, graph 0.7226 noclip fs solid noborder fc rgb '#332288'
set label 'urban' at graph 1.0785, graph 0.7001
set object rectangle from graph 1.0289, graph 0.3401 to graph 1.0620, graph 0.3850 noclip fs solid noborder fc rgb '#cc6677'
set label 'migrant' at graph 1.0785, graph 0.3626
set object rectangle from graph 1.0289, graph 0.0824 to graph 1.0620, graph 0.1273 noclip fs solid noborder fc rgb '#117733'
set label 'rural' at graph 1.0785, graph 0.1048
plot data index 6 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#332288', \
  data index 6 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt 1 lc rgb '#332288', \
  data index 7 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#cc6677', \
  data index 7 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt '-' lc rgb '#cc6677', \
  data index 8 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#117733', \
  data index 8 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt '.' lc rgb '#117733'

# --- scored share, logistic
unset arrow
unset object
unset label
set lmargin at screen 0.0320
set rmargin at screen 0.2692
set tmargin at screen 0.7020
set bmargin at screen 0.5363
set xrange [0:12]
set xtics 5
set format x '%.0f'
set yrange [0.2:0.7000000000000001]
set ytics 0.1
set format y '%.1f'
set xlabel 'month'
set label 2 'scored share, logistic' at graph 0, graph 1 offset 0, 0.8
set object rectangle from graph 1.0289, graph 0.7835 to graph 1.0620, graph 0.8285 noclip fs solid noborder fc rgb '#332288'
set label 'urban' at graph 1.0785, graph 0.8060
set object rectangle from graph 1.0289, graph 0.4634 to graph 1.0620, graph 0.5083 noclip fs solid noborder fc rgb '#cc6677'
set label 'migrant' at graph 1.0785, graph 0.4859
set object rectangle from graph 1.0289, graph 0.1988 to graph 1.0620, graph 0.2437 noclip fs solid noborder fc rgb '#117733'
set label 'rural' at graph 1.0785, graph 0.2213
plot data index 9 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#332288', \
  data index 9 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt 1 lc rgb '#332288', \
  data index 10 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#cc6677', \
  data index 10 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt '-' lc rgb '#cc6677', \
  data index 11 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#117733', \
  data index 11 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt '.' lc rgb '#117733'

# --- scored share, rule_list
unset arrow
unset object
unset label
set lmargin at screen 0.3653
set rmargin at screen 0.6025
set tmargin at screen 0.7020
set bmargin at screen 0.5363
set xrange [0:12]
set xtics 5
set format x '%.0f'
set yrange [0.2:0.7000000000000001]
set ytics 0.1
set format y '%.1f'
set xlabel 'month'
set label 2 'scored share, rule_list' at graph 0, graph 1 offset 0, 0.8
set object rectangle from graph 1.0289, graph 0.7835 to graph 1.0620, graph 0.8285 noclip fs solid noborder fc rgb '#332288'
set label 'urban' at graph 1.0785, graph 0.8060
set object rectangle from graph 1.0289, graph 0.4634 to graph 1.0620, graph 0.5083 noclip fs solid noborder fc rgb '#cc6677'
set label 'migrant' at graph 1.0785, graph 0.4859
set object rectangle from graph 1.0289, graph 0.1988 to graph 1.0620, graph 0.2437 noclip fs solid noborder fc rgb '#117733'
set label 'rural' at graph 1.0785, graph 0.2213
plot data index 12 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#332288', \
  data index 12 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt 1 lc rgb '#332288', \
  data index 13 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#cc6677', \
  data index 13 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt '-' lc rgb '#cc6677', \
  data index 14 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#117733', \
  data index 14 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt '.' lc rgb '#117733'

# --- scored share, composite_index
unset arrow
unset object
unset label
set lmargin at screen 0.6986
set rmargin at screen 0.9359
set tmargin at screen 0.7020
set bmargin at screen 0.5363
set xrange [0:12]
set xtics 5
set format x '%.0f'
set yrange [0.2:0.7000000000000001]
set ytics 0.1
set format y '%.1f'
set xlabel 'month'
set label 2 'scored share, composite_index' at graph 0, graph 1 offset 0, 0.8
set object rectangle from graph 1.0289, graph 0.7835 to graph 1.0620, graph 0.8285 noclip fs solid noborder fc rgb '#332288'
set label 'urban' at graph 1.0785, graph 0.8060
set object rectangle from graph 1.0289, graph 0.4634 to graph 1.0620, graph 0.5083 noclip fs solid noborder fc rgb '#cc6677'
set label 'migrant' at graph 1.0785, graph 0.4859
set object rectangle from graph 1.0289, graph 0.1988 to graph 1.0620, graph 0.2437 noclip fs solid noborder fc rgb '#117733'
set label 'rural' at graph 1.0785, graph 0.2213
plot data index 15 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#332288', \
  data index 15 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt 1 lc rgb '#332288', \
  data index 16 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#cc6677', \
  data index 16 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt '-' lc rgb '#cc6677', \
  data index 17 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#117733', \
  data index 17 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt '.' lc rgb '#117733'

# --- restricted share, logistic
unset arrow
unset object
unset label
set lmargin at screen 0.0320
set rmargin at screen 0.2692
set tmargin at screen 0.4600
set bmargin at screen 0.2942
set xrange [0:12]
set xtics 5
set format x '%.0f'
set yrange [0.4:0.8]
set ytics 0.1
set format y '%.1f'
set xlabel 'month'
set label 2 'restricted share, logistic' at graph 0, graph 1 offset 0, 0.8
set object rectangle from graph 1.0289, graph 0.2210 to graph 1.0620, graph 0.2660 noclip fs solid noborder fc rgb '#332288'
set label 'urban' at graph 1.0785, graph 0.2435
set object rectangle from graph 1.0289, graph 0.6150 to graph 1.0620, graph 0.6599 noclip fs solid noborder fc rgb '#cc6677'
set label 'migrant' at graph 1.0785, graph 0.6374
set object rectangle from graph 1.0289, graph 0.8865 to graph 1.0620, graph 0.9314 noclip fs solid noborder fc rgb '#117733'
set label 'rural' at graph 1.0785, graph 0.9090
plot data index 18 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#332288', \
  data index 18 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt 1 lc rgb '#332288', \
  data index 19 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#cc6677', \
  data index 19 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt '-' lc rgb '#cc6677', \
  data index 20 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#117733', \
  data index 20 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt '.' lc rgb '#117733'

# --- restricted share, rule_list
unset arrow
unset object
unset label
set lmargin at screen 0.3653
set rmargin at screen 0.6025
set tmargin at screen 0.4600
set bmargin at screen 0.2942
set xrange [0:12]
set xtics 5
set format x '%.0f'
set yrange [0.4:0.8]
set ytics 0.1
set format y '%.1f'
set xlabel 'month'
set label 2 'restricted share, rule_list' at graph 0, graph 1 offset 0, 0.8
set object rectangle from graph 1.0289, graph 0.2704 to graph 1.0620, graph 0.3154 noclip fs solid noborder fc rgb '#332288'
set label 'urban' at graph 1.0785, graph 0.2929
set object rectangle from graph 1.0289, graph 0.6320 to graph 1.0620, graph 0.6769 noclip fs solid noborder fc rgb '#cc6677'
set label 'migrant' at graph 1.0785, graph 0.6545
set object rectangle from graph 1.0289, graph 0.8850 to graph 1.0620, graph 0.9300 noclip fs solid noborder fc rgb '#117733'
set label 'rural' at graph 1.0785, graph 0.9075
plot data index 21 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#332288', \
  data index 21 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt 1 lc rgb '#332288', \
  data index 22 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#cc6677', \
  data index 22 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt '-' lc rgb '#cc6677', \
  data index 23 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#117733', \
  data index 23 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt '.' lc rgb '#117733'

# --- restricted share, composite_index
unset arrow
unset object
unset label
set lmargin at screen 0.6986
set rmargin at screen 0.9359
set tmargin at screen 0.4600
set bmargin at screen 0.2942
set xrange [0:12]
set xtics 5
set format x '%.0f'
set yrange [0.4:0.8]
set ytics 0.1
set format y '%.1f'
set xlabel 'month'
set label 2 'restricted share, composite_index' at graph 0, graph 1 offset 0, 0.8
set object rectangle from graph 1.0289, graph 0.2774 to graph 1.0620, graph 0.3224 noclip fs solid noborder fc rgb '#332288'
set label 'urban' at graph 1.0785, graph 0.2999
set object rectangle from graph 1.0289, graph 0.6150 to graph 1.0620, graph 0.6599 noclip fs solid noborder fc rgb '#cc6677'
set label 'migrant' at graph 1.0785, graph 0.6374
set object rectangle from graph 1.0289, graph 0.8727 to graph 1.0620, graph 0.9176 noclip fs solid noborder fc rgb '#117733'
set label 'rural' at graph 1.0785, graph 0.8952
plot data index 24 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#332288', \
  data index 24 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt 1 lc rgb '#332288', \
  data index 25 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#cc6677', \
  data index 25 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt '-' lc rgb '#cc6677', \
  data index 26 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#117733', \
  data index 26 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt '.' lc rgb '#117733'

# --- wrongly denied share, logistic
unset arrow
unset object
unset label
set lmargin at screen 0.0320
set rmargin at screen 0.2692
set tmargin at screen 0.2179
set bmargin at screen 0.0521
set xrange [0:12]
set xtics 5
set format x '%.0f'
set yrange [0.4:0.8]
set ytics 0.1
set format y '%.1f'
set xlabel 'month'
set label 2 'wrongly denied share, logistic' at graph 0, graph 1 offset 0, 0.8
set object rectangle from graph 1.0289, graph 0.2059 to graph 1.0620, graph 0.2508 noclip fs solid noborder fc rgb '#332288'
set label 'urban' at graph 1.0785, graph 0.2284
set object rectangle from graph 1.0289, graph 0.5918 to graph 1.0620, graph 0.6367 noclip fs solid noborder fc rgb '#cc6677'
set label 'migrant' at graph 1.0785, graph 0.6142
set object rectangle from graph 1.0289, graph 0.8759 to graph 1.0620, graph 0.9209 noclip fs solid noborder fc rgb '#117733'
set label 'rural' at graph 1.0785, graph 0.8984
plot data index 27 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#332288', \
  data index 27 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt 1 lc rgb '#332288', \
  data index 28 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#cc6677', \
  data index 28 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt '-' lc rgb '#cc6677', \
  data index 29 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#117733', \
  data index 29 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt '.' lc rgb '#117733'

# --- wrongly denied share, rule_list
unset arrow
unset object
unset label
set lmargin at screen 0.3653
set rmargin at screen 0.6025
set tmargin at screen 0.2179
set bmargin at screen 0.0521
set xrange [0:12]
set xtics 5
set format x '%.0f'
set yrange [0.4:0.8]
set ytics 0.1
set format y '%.1f'
set xlabel 'month'
set label 2 'wrongly denied share, rule_list' at graph 0, graph 1 offset 0, 0.8
set object rectangle from graph 1.0289, graph 0.2528 to graph 1.0620, graph 0.2977 noclip fs solid noborder fc rgb '#332288'
set label 'urban' at graph 1.0785, graph 0.2753
set object rectangle from graph 1.0289, graph 0.6074 to graph 1.0620, graph 0.6524 noclip fs solid noborder fc rgb '#cc6677'
set label 'migrant' at graph 1.0785, graph 0.6299
set object rectangle from graph 1.0289, graph 0.8764 to graph 1.0620, graph 0.9214 noclip fs solid noborder fc rgb '#117733'
set label 'rural' at graph 1.0785, graph 0.8989
plot data index 30 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#332288', \
  data index 30 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt 1 lc rgb '#332288', \
  data index 31 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#cc6677', \
  data index 31 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt '-' lc rgb '#cc6677', \
  data index 32 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#117733', \
  data index 32 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt '.' lc rgb '#117733'

# --- wrongly denied share, composite_index
unset arrow
unset object
unset label
set lmargin at screen 0.6986
set rmargin at screen 0.9359
set tmargin at screen 0.2179
set bmargin at screen 0.0521
set xrange [0:12]
set xtics 5
set format x '%.0f'
set yrange [0.4:0.8]
set ytics 0.1
set format y '%.1f'
set xlabel 'month'
set label 2 'wrongly denied share, composite_index' at graph 0, graph 1 offset 0, 0.8
set object rectangle from graph 1.0289, graph 0.2621 to graph 1.0620, graph 0.3070 noclip fs solid noborder fc rgb '#332288'
set label 'urban' at graph 1.0785, graph 0.2845
set object rectangle from graph 1.0289, graph 0.5950 to graph 1.0620, graph 0.6400 noclip fs solid noborder fc rgb '#cc6677'
set label 'migrant' at graph 1.0785, graph 0.6175
set object rectangle from graph 1.0289, graph 0.8604 to graph 1.0620, graph 0.9054 noclip fs solid noborder fc rgb '#117733'
set label 'rural' at graph 1.0785, graph 0.8829
plot data index 33 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#332288', \
  data index 33 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt 1 lc rgb '#332288', \
  data index 34 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#cc6677', \
  data index 34 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt '-' lc rgb '#cc6677', \
  data index 35 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#117733', \
  data index 35 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt '.' lc rgb '#117733'

unset multiplot
set output
