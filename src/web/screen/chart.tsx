import { LineChart, MapChart } from 'echarts/charts';
import { AriaComponent, GeoComponent, GridComponent } from 'echarts/components';
import { type EChartsCoreOption, type EChartsType, init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { useEffect, useRef, useState } from 'react';
import { useRem } from './theme.js';

// SVG stays sharp at any size, and a chart that hangs on a wall for weeks keeps no canvas in memory.
use([LineChart, MapChart, GeoComponent, GridComponent, AriaComponent, SVGRenderer]);

/** What a chart has to draw in, in pixels. */
export interface Room {
  readonly rem: number;
  readonly width: number;
  readonly height: number;
}

interface ChartProps {
  /** Asked again when the room changes: charts know no rem, so their text would keep its old size. */
  readonly draw: (room: Room) => EChartsCoreOption;
  /** What the chart shows, in one sentence. */
  readonly label: string;
  /** Called with the name of the part that was clicked. */
  readonly onPick?: (name: string) => void;
}

/** One chart that lives as long as its place on the page and follows its size. */
export function Chart({ draw, label, onPick }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType>(null);
  const rem = useRem();
  const [size, setSize] = useState({ width: 0, height: 0 });
  const pick = useRef(onPick);
  pick.current = onPick;

  useEffect(() => {
    if (!place.current) return;
    const made = init(place.current, null, { renderer: 'svg' });
    made.on('click', ({ name }) => pick.current?.(name));
    const sizes = new ResizeObserver(() => {
      made.resize();
      setSize({ width: made.getWidth(), height: made.getHeight() });
    });
    sizes.observe(place.current);
    chart.current = made;
    return () => {
      sizes.disconnect();
      made.dispose();
      chart.current = null;
    };
  }, []);
  // Merged, so that what has not changed is not drawn again.
  useEffect(() => {
    // Before the first measuring there is nothing to fit the text into.
    if (size.width > 0) chart.current?.setOption(draw({ rem, ...size }));
  }, [draw, rem, size]);

  return <div className="chart" role="img" aria-label={label} ref={place} />;
}
