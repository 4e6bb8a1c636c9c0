import { registerMap } from 'echarts/core';
import { useEffect, useState } from 'react';
import file from '../../../../data/counties-341200.geojson?url';

/** The name under which charts know the outlines of the counties. */
export const OUTLINES = 'counties';

let loading: Promise<void> | undefined;
/** The outlines are asked for once, beside the first numbers. */
const loadMap = () => {
  loading ??= fetch(file)
    .then((answer) => answer.json())
    .then((shapes) => registerMap(OUTLINES, withCodes(shapes)));
  return loading;
};

interface Shapes {
  features: { properties: { adcode: number; name: string; centroid: number[]; cp?: number[] } }[];
}

/** Charts find a shape by its name, and write in its middle at `cp`; ours are found by code. */
function withCodes(shapes: Shapes): Parameters<typeof registerMap>[1] {
  for (const { properties } of shapes.features) {
    properties.name = String(properties.adcode);
    properties.cp = properties.centroid;
  }
  return shapes as unknown as Parameters<typeof registerMap>[1];
}

/** True once the outlines can be drawn. */
export function useOutlines(): boolean {
  const [isThere, setThere] = useState(false);
  useEffect(() => {
    let isWanted = true;
    loadMap().then(
      () => isWanted && setThere(true),
      () => {
        loading = undefined;
      },
    );
    return () => {
      isWanted = false;
    };
  }, []);
  return isThere;
}
