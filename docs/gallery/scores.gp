# scores: Where do each group's probabilities lie?
# Share of each group's people by score. Those without a score are in no column, so what stands lower covers fewer.
# Draw it with gnuplot 5.4 or later: gnuplot scores.gp
# The numbers are in scores.dat, a block (index) for each series.
set terminal svg noenhanced size 1020,310 dynamic font 'sans,11' background rgb 'white'
set output 'scores.svg'
title = 'Where do each group''s probabilities lie?' # '' where a caption says it
data = 'scores.dat'
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
set lmargin at screen 0.0380
set rmargin at screen 0.2692
set tmargin at screen 0.7548
set bmargin at screen 0.1806
set xrange [-5:10]
set xtics 5
set format x '%.0f'
set yrange [0:0.08]
set ytics 0.02
set format y '%.2f'
set xlabel 'log-odds of the predicted probability'
set label 2 'logistic' at graph 0, graph 1 offset 0, 1.9
set label 3 'share of the group' at graph 0, graph 1 offset 0, 0.7 tc rgb '#565b64'
set object rectangle from graph 1.0297, graph 0.8558 to graph 1.0636, graph 0.9007 noclip fs solid noborder fc rgb '#332288'
set label 'urban' at graph 1.0806, graph 0.8782
set object rectangle from graph 1.0297, graph 0.6123 to graph 1.0636, graph 0.6573 noclip fs solid noborder fc rgb '#cc6677'
set label 'migrant' at graph 1.0806, graph 0.6348
set object rectangle from graph 1.0297, graph 0.4327 to graph 1.0636, graph 0.4777 noclip fs solid noborder fc rgb '#117733'
set label 'rural' at graph 1.0806, graph 0.4552
plot data index 0 using 1:2 with histeps lw 1.5 dt 1 lc rgb '#332288', \
  data index 1 using 1:2 with histeps lw 1.5 dt '-' lc rgb '#cc6677', \
  data index 2 using 1:2 with histeps lw 1.5 dt '.' lc rgb '#117733'

# --- rule_list
unset arrow
unset object
unset label
set lmargin at screen 0.3714
set rmargin at screen 0.6025
set tmargin at screen 0.7548
set bmargin at screen 0.1806
set xrange [1.91785743084238:4.911354169012296]
set xtics 1
set format x '%.0f'
set yrange [0:0.2]
set ytics 0.05
set format y '%.2f'
set xlabel 'log-odds of the predicted probability'
set label 2 'rule_list' at graph 0, graph 1 offset 0, 1.9
set label 3 'share of the group' at graph 0, graph 1 offset 0, 0.7 tc rgb '#565b64'
set object rectangle from graph 1.0297, graph 0.9705 to graph 1.0636, graph 1.0155 noclip fs solid noborder fc rgb '#332288'
set label 'urban' at graph 1.0806, graph 0.9930
set object rectangle from graph 1.0297, graph 0.5561 to graph 1.0636, graph 0.6010 noclip fs solid noborder fc rgb '#cc6677'
set label 'migrant' at graph 1.0806, graph 0.5785
set object rectangle from graph 1.0297, graph 0.3702 to graph 1.0636, graph 0.4152 noclip fs solid noborder fc rgb '#117733'
set label 'rural' at graph 1.0806, graph 0.3927
plot data index 3 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt 1 lc rgb '#332288', \
  data index 4 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt '-' lc rgb '#cc6677', \
  data index 5 using 1:2 with linespoints pt 7 ps 0.3 lw 1.5 dt '.' lc rgb '#117733'

# --- oracle
unset arrow
unset object
unset label
set lmargin at screen 0.7047
set rmargin at screen 0.9359
set tmargin at screen 0.7548
set bmargin at screen 0.1806
set xrange [-5:10]
set xtics 5
set format x '%.0f'
set yrange [0:0.15000000000000002]
set ytics 0.05
set format y '%.2f'
set xlabel 'log-odds of the predicted probability'
set label 2 'oracle' at graph 0, graph 1 offset 0, 1.9
set label 3 'share of the group' at graph 0, graph 1 offset 0, 0.7 tc rgb '#565b64'
set object rectangle from graph 1.0297, graph 0.6575 to graph 1.0636, graph 0.7024 noclip fs solid noborder fc rgb '#332288'
set label 'urban' at graph 1.0806, graph 0.6800
set object rectangle from graph 1.0297, graph 0.5845 to graph 1.0636, graph 0.6294 noclip fs solid noborder fc rgb '#cc6677'
set label 'migrant' at graph 1.0806, graph 0.6069
set object rectangle from graph 1.0297, graph 0.5114 to graph 1.0636, graph 0.5564 noclip fs solid noborder fc rgb '#117733'
set label 'rural' at graph 1.0806, graph 0.5339
plot data index 6 using 1:2 with histeps lw 1.5 dt 1 lc rgb '#332288', \
  data index 7 using 1:2 with histeps lw 1.5 dt '-' lc rgb '#cc6677', \
  data index 8 using 1:2 with histeps lw 1.5 dt '.' lc rgb '#117733'

unset multiplot
set output
