# trajectory-2: Where do the decisions lead? (2 of 2)
# Each group, month by month, as the decisions of each scorer feed back.
# Draw it with gnuplot 5.4 or later: gnuplot trajectory-2.gp
# The numbers are in trajectory-2.dat, a block (index) for each series.
set terminal svg noenhanced size 1020,554 dynamic font 'sans,11' background rgb 'white'
set output 'trajectory-2.svg'
title = 'Where do the decisions lead? (2 of 2)' # '' where a caption says it
data = 'trajectory-2.dat'
set encoding utf8
set datafile separator tab
set border 0
set tics scale 0
set grid xtics lc rgb '#e0e2e6' lw 0.7 lt 1
unset key
set multiplot
set label 1 title at screen 0.0078, screen 0.9711
set grid ytics

# --- mean probability, logistic
unset arrow
unset object
set lmargin at screen 0.0441
set rmargin at screen 0.2692
set tmargin at screen 0.8917
set bmargin at screen 0.5704
set xrange [0:12]
set xtics 5
set format x '%.0f'
set yrange [0.9450000000000001:0.965]
set ytics 0.005
set format y '%.3f'
set xlabel 'month'
set label 2 'mean probability, logistic' at graph 0, graph 1 offset 0, 0.8
set object rectangle from graph 1.0305, graph 0.7778 to graph 1.0653, graph 0.8227 noclip fs solid noborder fc rgb '#332288'
set label 'urban' at graph 1.0828, graph 0.8003
set object rectangle from graph 1.0305, graph 0.1777 to graph 1.0653, graph 0.2226 noclip fs solid noborder fc rgb '#cc6677'
set label 'migrant' at graph 1.0828, graph 0.2001
set object rectangle from graph 1.0305, graph 0.1046 to graph 1.0653, graph 0.1496 noclip fs solid noborder fc rgb '#117733'
set label 'rural' at graph 1.0828, graph 0.1271
plot data index 0 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#332288', \
  data index 0 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt 1 lc rgb '#332288', \
  data index 1 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#cc6677', \
  data index 1 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt '-' lc rgb '#cc6677', \
  data index 2 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#117733', \
  data index 2 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt '.' lc rgb '#117733'

# --- mean probability, rule_list
unset arrow
unset object
unset label
set lmargin at screen 0.3775
set rmargin at screen 0.6025
set tmargin at screen 0.8917
set bmargin at screen 0.5704
set xrange [0:12]
set xtics 5
set format x '%.0f'
set yrange [0.9450000000000001:0.965]
set ytics 0.005
set format y '%.3f'
set xlabel 'month'
set label 2 'mean probability, rule_list' at graph 0, graph 1 offset 0, 0.8
set object rectangle from graph 1.0305, graph 0.7761 to graph 1.0653, graph 0.8210 noclip fs solid noborder fc rgb '#332288'
set label 'urban' at graph 1.0828, graph 0.7985
set object rectangle from graph 1.0305, graph 0.1785 to graph 1.0653, graph 0.2234 noclip fs solid noborder fc rgb '#cc6677'
set label 'migrant' at graph 1.0828, graph 0.2010
set object rectangle from graph 1.0305, graph 0.1055 to graph 1.0653, graph 0.1504 noclip fs solid noborder fc rgb '#117733'
set label 'rural' at graph 1.0828, graph 0.1279
plot data index 3 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#332288', \
  data index 3 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt 1 lc rgb '#332288', \
  data index 4 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#cc6677', \
  data index 4 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt '-' lc rgb '#cc6677', \
  data index 5 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#117733', \
  data index 5 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt '.' lc rgb '#117733'

# --- mean probability, composite_index
unset arrow
unset object
unset label
set lmargin at screen 0.7108
set rmargin at screen 0.9359
set tmargin at screen 0.8917
set bmargin at screen 0.5704
set xrange [0:12]
set xtics 5
set format x '%.0f'
set yrange [0.9450000000000001:0.965]
set ytics 0.005
set format y '%.3f'
set xlabel 'month'
set label 2 'mean probability, composite_index' at graph 0, graph 1 offset 0, 0.8
set object rectangle from graph 1.0305, graph 0.7775 to graph 1.0653, graph 0.8224 noclip fs solid noborder fc rgb '#332288'
set label 'urban' at graph 1.0828, graph 0.8000
set object rectangle from graph 1.0305, graph 0.1795 to graph 1.0653, graph 0.2244 noclip fs solid noborder fc rgb '#cc6677'
set label 'migrant' at graph 1.0828, graph 0.2020
set object rectangle from graph 1.0305, graph 0.1064 to graph 1.0653, graph 0.1514 noclip fs solid noborder fc rgb '#117733'
set label 'rural' at graph 1.0828, graph 0.1289
plot data index 6 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#332288', \
  data index 6 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt 1 lc rgb '#332288', \
  data index 7 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#cc6677', \
  data index 7 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt '-' lc rgb '#cc6677', \
  data index 8 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#117733', \
  data index 8 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt '.' lc rgb '#117733'

# --- mean score, logistic
unset arrow
unset object
unset label
set lmargin at screen 0.0259
set rmargin at screen 0.2692
set tmargin at screen 0.4224
set bmargin at screen 0.1011
set xrange [0:12]
set xtics 5
set format x '%.0f'
set yrange [0:80]
set ytics 20
set format y '%.0f'
set xlabel 'month'
set label 2 'mean score, logistic' at graph 0, graph 1 offset 0, 0.8
set object rectangle from graph 1.0282, graph 0.1236 to graph 1.0604, graph 0.1685 noclip fs solid noborder fc rgb '#332288'
set label 'urban' at graph 1.0766, graph 0.1461
set object rectangle from graph 1.0282, graph 0.0506 to graph 1.0604, graph 0.0955 noclip fs solid noborder fc rgb '#cc6677'
set label 'migrant' at graph 1.0766, graph 0.0730
set object rectangle from graph 1.0282, graph -0.0225 to graph 1.0604, graph 0.0225 noclip fs solid noborder fc rgb '#117733'
set label 'rural' at graph 1.0766, graph 0.0000
plot data index 9 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#332288', \
  data index 9 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt 1 lc rgb '#332288', \
  data index 10 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#cc6677', \
  data index 10 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt '-' lc rgb '#cc6677', \
  data index 11 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#117733', \
  data index 11 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt '.' lc rgb '#117733'

# --- mean score, rule_list
unset arrow
unset object
unset label
set lmargin at screen 0.3592
set rmargin at screen 0.6025
set tmargin at screen 0.4224
set bmargin at screen 0.1011
set xrange [0:12]
set xtics 5
set format x '%.0f'
set yrange [0:80]
set ytics 20
set format y '%.0f'
set xlabel 'month'
set label 2 'mean score, rule_list' at graph 0, graph 1 offset 0, 0.8
set object rectangle from graph 1.0282, graph 0.1236 to graph 1.0604, graph 0.1685 noclip fs solid noborder fc rgb '#332288'
set label 'urban' at graph 1.0766, graph 0.1461
set object rectangle from graph 1.0282, graph 0.0506 to graph 1.0604, graph 0.0955 noclip fs solid noborder fc rgb '#cc6677'
set label 'migrant' at graph 1.0766, graph 0.0730
set object rectangle from graph 1.0282, graph -0.0225 to graph 1.0604, graph 0.0225 noclip fs solid noborder fc rgb '#117733'
set label 'rural' at graph 1.0766, graph 0.0000
plot data index 12 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#332288', \
  data index 12 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt 1 lc rgb '#332288', \
  data index 13 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#cc6677', \
  data index 13 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt '-' lc rgb '#cc6677', \
  data index 14 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#117733', \
  data index 14 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt '.' lc rgb '#117733'

# --- mean score, composite_index
unset arrow
unset object
unset label
set lmargin at screen 0.6925
set rmargin at screen 0.9359
set tmargin at screen 0.4224
set bmargin at screen 0.1011
set xrange [0:12]
set xtics 5
set format x '%.0f'
set yrange [0:80]
set ytics 20
set format y '%.0f'
set xlabel 'month'
set label 2 'mean score, composite_index' at graph 0, graph 1 offset 0, 0.8
set object rectangle from graph 1.0282, graph 0.8137 to graph 1.0604, graph 0.8586 noclip fs solid noborder fc rgb '#332288'
set label 'urban' at graph 1.0766, graph 0.8361
set object rectangle from graph 1.0282, graph 0.7406 to graph 1.0604, graph 0.7856 noclip fs solid noborder fc rgb '#cc6677'
set label 'migrant' at graph 1.0766, graph 0.7631
set object rectangle from graph 1.0282, graph 0.6676 to graph 1.0604, graph 0.7126 noclip fs solid noborder fc rgb '#117733'
set label 'rural' at graph 1.0766, graph 0.6901
plot data index 15 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#332288', \
  data index 15 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt 1 lc rgb '#332288', \
  data index 16 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#cc6677', \
  data index 16 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt '-' lc rgb '#cc6677', \
  data index 17 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#117733', \
  data index 17 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt '.' lc rgb '#117733'

unset multiplot
set output
