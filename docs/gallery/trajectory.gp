# trajectory: Where do the decisions lead?
# Each group, month by month, as the decisions of logistic feed back.
# Draw it with gnuplot 5.4 or later: gnuplot trajectory.gp
# The numbers are in trajectory.dat, a block (index) for each series.
set terminal svg noenhanced size 1020,554 dynamic font 'sans,11' background rgb 'white'
set output 'trajectory.svg'
title = 'Where do the decisions lead?' # '' where a caption says it
data = 'trajectory.dat'
set encoding utf8
set datafile separator tab
set border 0
set tics scale 0
set grid xtics lc rgb '#e0e2e6' lw 0.7 lt 1
unset key
set multiplot
set label 1 title at screen 0.0078, screen 0.9711
set grid ytics

# --- approved share
unset arrow
unset object
set lmargin at screen 0.0320
set rmargin at screen 0.2692
set tmargin at screen 0.8917
set bmargin at screen 0.5704
set xrange [0:12]
set xtics 5
set format x '%.0f'
set yrange [0.2:0.6000000000000001]
set ytics 0.1
set format y '%.1f'
set xlabel 'month'
set label 2 'approved share' at graph 0, graph 1 offset 0, 0.8
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

# --- scored share
unset arrow
unset object
unset label
set lmargin at screen 0.3653
set rmargin at screen 0.6025
set tmargin at screen 0.8917
set bmargin at screen 0.5704
set xrange [0:12]
set xtics 5
set format x '%.0f'
set yrange [0.2:0.7000000000000001]
set ytics 0.1
set format y '%.1f'
set xlabel 'month'
set label 2 'scored share' at graph 0, graph 1 offset 0, 0.8
set object rectangle from graph 1.0289, graph 0.7835 to graph 1.0620, graph 0.8285 noclip fs solid noborder fc rgb '#332288'
set label 'urban' at graph 1.0785, graph 0.8060
set object rectangle from graph 1.0289, graph 0.4634 to graph 1.0620, graph 0.5083 noclip fs solid noborder fc rgb '#cc6677'
set label 'migrant' at graph 1.0785, graph 0.4859
set object rectangle from graph 1.0289, graph 0.1988 to graph 1.0620, graph 0.2437 noclip fs solid noborder fc rgb '#117733'
set label 'rural' at graph 1.0785, graph 0.2213
plot data index 3 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#332288', \
  data index 3 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt 1 lc rgb '#332288', \
  data index 4 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#cc6677', \
  data index 4 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt '-' lc rgb '#cc6677', \
  data index 5 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#117733', \
  data index 5 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt '.' lc rgb '#117733'

# --- restricted share
unset arrow
unset object
unset label
set lmargin at screen 0.6986
set rmargin at screen 0.9359
set tmargin at screen 0.8917
set bmargin at screen 0.5704
set xrange [0:12]
set xtics 5
set format x '%.0f'
set yrange [0.4:0.8]
set ytics 0.1
set format y '%.1f'
set xlabel 'month'
set label 2 'restricted share' at graph 0, graph 1 offset 0, 0.8
set object rectangle from graph 1.0289, graph 0.2210 to graph 1.0620, graph 0.2660 noclip fs solid noborder fc rgb '#332288'
set label 'urban' at graph 1.0785, graph 0.2435
set object rectangle from graph 1.0289, graph 0.6150 to graph 1.0620, graph 0.6599 noclip fs solid noborder fc rgb '#cc6677'
set label 'migrant' at graph 1.0785, graph 0.6374
set object rectangle from graph 1.0289, graph 0.8865 to graph 1.0620, graph 0.9314 noclip fs solid noborder fc rgb '#117733'
set label 'rural' at graph 1.0785, graph 0.9090
plot data index 6 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#332288', \
  data index 6 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt 1 lc rgb '#332288', \
  data index 7 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#cc6677', \
  data index 7 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt '-' lc rgb '#cc6677', \
  data index 8 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#117733', \
  data index 8 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt '.' lc rgb '#117733'

# --- wrongly denied share
unset arrow
unset object
unset label
set lmargin at screen 0.0320
set rmargin at screen 0.2692
set tmargin at screen 0.4224
set bmargin at screen 0.1011
set xrange [0:12]
set xtics 5
set format x '%.0f'
set yrange [0.4:0.8]
set ytics 0.1
set format y '%.1f'
set xlabel 'month'
set label 2 'wrongly denied share' at graph 0, graph 1 offset 0, 0.8
set object rectangle from graph 1.0289, graph 0.2059 to graph 1.0620, graph 0.2508 noclip fs solid noborder fc rgb '#332288'
set label 'urban' at graph 1.0785, graph 0.2284
set object rectangle from graph 1.0289, graph 0.5918 to graph 1.0620, graph 0.6367 noclip fs solid noborder fc rgb '#cc6677'
set label 'migrant' at graph 1.0785, graph 0.6142
set object rectangle from graph 1.0289, graph 0.8759 to graph 1.0620, graph 0.9209 noclip fs solid noborder fc rgb '#117733'
set label 'rural' at graph 1.0785, graph 0.8984
plot data index 9 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#332288', \
  data index 9 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt 1 lc rgb '#332288', \
  data index 10 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#cc6677', \
  data index 10 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt '-' lc rgb '#cc6677', \
  data index 11 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#117733', \
  data index 11 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt '.' lc rgb '#117733'

# --- mean probability
unset arrow
unset object
unset label
set lmargin at screen 0.3775
set rmargin at screen 0.6025
set tmargin at screen 0.4224
set bmargin at screen 0.1011
set xrange [0:12]
set xtics 5
set format x '%.0f'
set yrange [0.9450000000000001:0.965]
set ytics 0.005
set format y '%.3f'
set xlabel 'month'
set label 2 'mean probability' at graph 0, graph 1 offset 0, 0.8
set object rectangle from graph 1.0305, graph 0.7778 to graph 1.0653, graph 0.8227 noclip fs solid noborder fc rgb '#332288'
set label 'urban' at graph 1.0828, graph 0.8003
set object rectangle from graph 1.0305, graph 0.1777 to graph 1.0653, graph 0.2226 noclip fs solid noborder fc rgb '#cc6677'
set label 'migrant' at graph 1.0828, graph 0.2001
set object rectangle from graph 1.0305, graph 0.1046 to graph 1.0653, graph 0.1496 noclip fs solid noborder fc rgb '#117733'
set label 'rural' at graph 1.0828, graph 0.1271
plot data index 12 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#332288', \
  data index 12 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt 1 lc rgb '#332288', \
  data index 13 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#cc6677', \
  data index 13 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt '-' lc rgb '#cc6677', \
  data index 14 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#117733', \
  data index 14 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt '.' lc rgb '#117733'

# --- mean score
unset arrow
unset object
unset label
set lmargin at screen 0.7108
set rmargin at screen 0.9359
set tmargin at screen 0.4224
set bmargin at screen 0.1011
set xrange [0:12]
set xtics 5
set format x '%.0f'
set yrange [0.9400000000000001:0.965]
set ytics 0.005
set format y '%.3f'
set xlabel 'month'
set label 2 'mean score' at graph 0, graph 1 offset 0, 0.8
set object rectangle from graph 1.0305, graph 0.6798 to graph 1.0653, graph 0.7247 noclip fs solid noborder fc rgb '#332288'
set label 'urban' at graph 1.0828, graph 0.7022
set object rectangle from graph 1.0305, graph 0.3362 to graph 1.0653, graph 0.3811 noclip fs solid noborder fc rgb '#cc6677'
set label 'migrant' at graph 1.0828, graph 0.3586
set object rectangle from graph 1.0305, graph 0.1464 to graph 1.0653, graph 0.1914 noclip fs solid noborder fc rgb '#117733'
set label 'rural' at graph 1.0828, graph 0.1689
plot data index 15 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#332288', \
  data index 15 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt 1 lc rgb '#332288', \
  data index 16 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#cc6677', \
  data index 16 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt '-' lc rgb '#cc6677', \
  data index 17 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#117733', \
  data index 17 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt '.' lc rgb '#117733'

unset multiplot
set output
