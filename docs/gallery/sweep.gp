# sweep: What changes as the parameter moves?
# Each measure at each setting; the ribbon is the interval.
# Draw it with gnuplot 5.4 or later: gnuplot sweep.gp
# The numbers are in sweep.dat, a block (index) for each series.
set terminal svg noenhanced size 1020,814 dynamic font 'sans,11' background rgb 'white'
set output 'sweep.svg'
title = 'What changes as the parameter moves?' # '' where a caption says it
data = 'sweep.dat'
set encoding utf8
set datafile separator tab
set border 0
set tics scale 0
set grid xtics lc rgb '#e0e2e6' lw 0.7 lt 1
unset key
set multiplot
set label 1 title at screen 0.0078, screen 0.9803
set grid ytics

# --- AUC
unset arrow
unset object
set lmargin at screen 0.0380
set rmargin at screen 0.2206
set tmargin at screen 0.9263
set bmargin at screen 0.7076
set xrange [0:1]
set xtics 0.5
set format x '%.1f'
set yrange [0.65:0.9]
set ytics 0.05
set format y '%.2f'
set xlabel 'coverage_gap'
set label 2 'AUC' at graph 0, graph 1 offset 0, 0.8
set object rectangle from graph 1.0376, graph 0.4246 to graph 1.0806, graph 0.4695 noclip fs solid noborder fc rgb '#0072b2'
set label 'logistic' at graph 1.1020, graph 0.4470
set object rectangle from graph 1.0376, graph 0.2577 to graph 1.0806, graph 0.3027 noclip fs solid noborder fc rgb '#d55e00'
set label 'rule_list' at graph 1.1020, graph 0.2802
set object rectangle from graph 1.0376, graph 0.3308 to graph 1.0806, graph 0.3757 noclip fs solid noborder fc rgb '#009e73'
set label 'composite_index' at graph 1.1020, graph 0.3532
set object rectangle from graph 1.0376, graph 0.7189 to graph 1.0806, graph 0.7639 noclip fs solid noborder fc rgb '#555555'
set label 'oracle' at graph 1.1020, graph 0.7414
plot data index 0 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#0072b2', \
  data index 0 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt 1 lc rgb '#0072b2', \
  data index 1 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#d55e00', \
  data index 1 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt 1 lc rgb '#d55e00', \
  data index 2 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#009e73', \
  data index 2 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt 1 lc rgb '#009e73', \
  data index 3 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#555555', \
  data index 3 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt 1 lc rgb '#555555'

# --- no score
unset arrow
unset object
unset label
set lmargin at screen 0.3653
set rmargin at screen 0.5539
set tmargin at screen 0.9263
set bmargin at screen 0.7076
set xrange [0:1]
set xtics 0.5
set format x '%.1f'
set yrange [0:0.6000000000000001]
set ytics 0.2
set format y '%.1f'
set xlabel 'coverage_gap'
set label 2 'no score' at graph 0, graph 1 offset 0, 0.8
set object rectangle from graph 1.0364, graph 0.9256 to graph 1.0780, graph 0.9705 noclip fs solid noborder fc rgb '#0072b2'
set label 'logistic' at graph 1.0988, graph 0.9481
set object rectangle from graph 1.0364, graph 0.8525 to graph 1.0780, graph 0.8975 noclip fs solid noborder fc rgb '#d55e00'
set label 'rule_list' at graph 1.0988, graph 0.8750
set object rectangle from graph 1.0364, graph 0.7795 to graph 1.0780, graph 0.8245 noclip fs solid noborder fc rgb '#009e73'
set label 'composite_index' at graph 1.0988, graph 0.8020
set object rectangle from graph 1.0364, graph -0.0225 to graph 1.0780, graph 0.0225 noclip fs solid noborder fc rgb '#555555'
set label 'oracle' at graph 1.0988, graph 0.0000
plot data index 4 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#0072b2', \
  data index 4 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt 1 lc rgb '#0072b2', \
  data index 5 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#d55e00', \
  data index 5 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt 1 lc rgb '#d55e00', \
  data index 6 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#009e73', \
  data index 6 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt 1 lc rgb '#009e73', \
  data index 7 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#555555', \
  data index 7 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt 1 lc rgb '#555555'

# --- selected
unset arrow
unset object
unset label
set lmargin at screen 0.6986
set rmargin at screen 0.8873
set tmargin at screen 0.9263
set bmargin at screen 0.7076
set xrange [0:1]
set xtics 0.5
set format x '%.1f'
set yrange [0.2:1]
set ytics 0.2
set format y '%.1f'
set xlabel 'coverage_gap'
set label 2 'selected' at graph 0, graph 1 offset 0, 0.8
set object rectangle from graph 1.0364, graph 0.1634 to graph 1.0780, graph 0.2083 noclip fs solid noborder fc rgb '#0072b2'
set label 'logistic' at graph 1.0988, graph 0.1858
set object rectangle from graph 1.0364, graph 0.0903 to graph 1.0780, graph 0.1353 noclip fs solid noborder fc rgb '#d55e00'
set label 'rule_list' at graph 1.0988, graph 0.1128
set object rectangle from graph 1.0364, graph 0.0173 to graph 1.0780, graph 0.0622 noclip fs solid noborder fc rgb '#009e73'
set label 'composite_index' at graph 1.0988, graph 0.0398
set object rectangle from graph 1.0364, graph 0.7358 to graph 1.0780, graph 0.7807 noclip fs solid noborder fc rgb '#555555'
set label 'oracle' at graph 1.0988, graph 0.7582
plot data index 8 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#0072b2', \
  data index 8 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt 1 lc rgb '#0072b2', \
  data index 9 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#d55e00', \
  data index 9 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt 1 lc rgb '#d55e00', \
  data index 10 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#009e73', \
  data index 10 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt 1 lc rgb '#009e73', \
  data index 11 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#555555', \
  data index 11 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt 1 lc rgb '#555555'

# --- wrongly denied
unset arrow
unset object
unset label
set lmargin at screen 0.0320
set rmargin at screen 0.2206
set tmargin at screen 0.6069
set bmargin at screen 0.3882
set xrange [0:1]
set xtics 0.5
set format x '%.1f'
set yrange [0:0.8]
set ytics 0.2
set format y '%.1f'
set xlabel 'coverage_gap'
set label 2 'wrongly denied' at graph 0, graph 1 offset 0, 0.8
set object rectangle from graph 1.0364, graph 0.6473 to graph 1.0780, graph 0.6922 noclip fs solid noborder fc rgb '#0072b2'
set label 'logistic' at graph 1.0988, graph 0.6697
set object rectangle from graph 1.0364, graph 0.7203 to graph 1.0780, graph 0.7653 noclip fs solid noborder fc rgb '#d55e00'
set label 'rule_list' at graph 1.0988, graph 0.7428
set object rectangle from graph 1.0364, graph 0.7933 to graph 1.0780, graph 0.8383 noclip fs solid noborder fc rgb '#009e73'
set label 'composite_index' at graph 1.0988, graph 0.8158
set object rectangle from graph 1.0364, graph 0.1945 to graph 1.0780, graph 0.2394 noclip fs solid noborder fc rgb '#555555'
set label 'oracle' at graph 1.0988, graph 0.2169
plot data index 12 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#0072b2', \
  data index 12 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt 1 lc rgb '#0072b2', \
  data index 13 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#d55e00', \
  data index 13 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt 1 lc rgb '#d55e00', \
  data index 14 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#009e73', \
  data index 14 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt 1 lc rgb '#009e73', \
  data index 15 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#555555', \
  data index 15 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt 1 lc rgb '#555555'

# --- days per 1,000
unset arrow
unset object
unset label
set lmargin at screen 0.3835
set rmargin at screen 0.5539
set tmargin at screen 0.6069
set bmargin at screen 0.3882
set xrange [0:1]
set xtics 0.5
set format x '%.1f'
set yrange [0:150000]
set ytics 50000
set format y '%.0f'
set xlabel 'coverage_gap'
set label 2 'days per 1,000' at graph 0, graph 1 offset 0, 0.8
set object rectangle from graph 1.0403, graph 0.5829 to graph 1.0863, graph 0.6278 noclip fs solid noborder fc rgb '#0072b2'
set label 'logistic' at graph 1.1093, graph 0.6053
set object rectangle from graph 1.0403, graph 0.6559 to graph 1.0863, graph 0.7008 noclip fs solid noborder fc rgb '#d55e00'
set label 'rule_list' at graph 1.1093, graph 0.6784
set object rectangle from graph 1.0403, graph 0.7289 to graph 1.0863, graph 0.7739 noclip fs solid noborder fc rgb '#009e73'
set label 'composite_index' at graph 1.1093, graph 0.7514
set object rectangle from graph 1.0403, graph 0.1773 to graph 1.0863, graph 0.2223 noclip fs solid noborder fc rgb '#555555'
set label 'oracle' at graph 1.1093, graph 0.1998
plot data index 16 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#0072b2', \
  data index 16 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt 1 lc rgb '#0072b2', \
  data index 17 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#d55e00', \
  data index 17 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt 1 lc rgb '#d55e00', \
  data index 18 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#009e73', \
  data index 18 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt 1 lc rgb '#009e73', \
  data index 19 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#555555', \
  data index 19 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt 1 lc rgb '#555555'

# --- parity gap
unset arrow
unset object
unset label
set lmargin at screen 0.6986
set rmargin at screen 0.8873
set tmargin at screen 0.6069
set bmargin at screen 0.3882
set xrange [0:1]
set xtics 0.5
set format x '%.1f'
set yrange [0:0.30000000000000004]
set ytics 0.1
set format y '%.1f'
set xlabel 'coverage_gap'
set label 2 'parity gap' at graph 0, graph 1 offset 0, 0.8
set object rectangle from graph 1.0364, graph 0.8496 to graph 1.0780, graph 0.8945 noclip fs solid noborder fc rgb '#0072b2'
set label 'logistic' at graph 1.0988, graph 0.8720
set object rectangle from graph 1.0364, graph 0.7765 to graph 1.0780, graph 0.8215 noclip fs solid noborder fc rgb '#d55e00'
set label 'rule_list' at graph 1.0988, graph 0.7990
set object rectangle from graph 1.0364, graph 0.7035 to graph 1.0780, graph 0.7484 noclip fs solid noborder fc rgb '#009e73'
set label 'composite_index' at graph 1.0988, graph 0.7260
set object rectangle from graph 1.0364, graph 0.1828 to graph 1.0780, graph 0.2278 noclip fs solid noborder fc rgb '#555555'
set label 'oracle' at graph 1.0988, graph 0.2053
plot data index 20 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#0072b2', \
  data index 20 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt 1 lc rgb '#0072b2', \
  data index 21 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#d55e00', \
  data index 21 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt 1 lc rgb '#d55e00', \
  data index 22 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#009e73', \
  data index 22 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt 1 lc rgb '#009e73', \
  data index 23 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#555555', \
  data index 23 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt 1 lc rgb '#555555'

# --- opportunity gap
unset arrow
unset object
unset label
set lmargin at screen 0.0380
set rmargin at screen 0.2206
set tmargin at screen 0.2875
set bmargin at screen 0.0688
set xrange [0:1]
set xtics 0.5
set format x '%.1f'
set yrange [-0.1:0.30000000000000004]
set ytics 0.1
set format y '%.1f'
set xlabel 'coverage_gap'
set label 2 'opportunity gap' at graph 0, graph 1 offset 0, 0.8
set object rectangle from graph 1.0376, graph 0.8874 to graph 1.0806, graph 0.9323 noclip fs solid noborder fc rgb '#0072b2'
set label 'logistic' at graph 1.1020, graph 0.9099
set object rectangle from graph 1.0376, graph 0.8144 to graph 1.0806, graph 0.8593 noclip fs solid noborder fc rgb '#d55e00'
set label 'rule_list' at graph 1.1020, graph 0.8368
set object rectangle from graph 1.0376, graph 0.7413 to graph 1.0806, graph 0.7863 noclip fs solid noborder fc rgb '#009e73'
set label 'composite_index' at graph 1.1020, graph 0.7638
set object rectangle from graph 1.0376, graph 0.3624 to graph 1.0806, graph 0.4073 noclip fs solid noborder fc rgb '#555555'
set label 'oracle' at graph 1.1020, graph 0.3849
plot data index 24 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#0072b2', \
  data index 24 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt 1 lc rgb '#0072b2', \
  data index 25 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#d55e00', \
  data index 25 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt 1 lc rgb '#d55e00', \
  data index 26 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#009e73', \
  data index 26 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt 1 lc rgb '#009e73', \
  data index 27 using 1:5:6 with filledcurves fs transparent solid 0.16 noborder lc rgb '#555555', \
  data index 27 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt 1 lc rgb '#555555'

unset multiplot
set output
