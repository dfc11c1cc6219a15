import { useEffect, useRef, useState } from 'react';
import { Button } from 'react-aria-components';

import { Icon } from '../look/Icon';
import { number, say } from '../words/board';
import type { BaseMap } from './base';
import { openPicture, type Picture as Opened } from './draw/picture';

const NICE = [1, 2, 5];
const SCALE_PX = 90;

/** The map as a picture; it comes with OpenLayers, in a file of its own, when it is first opened. */
export default function Picture({ base }: { base: BaseMap }) {
  const target = useRef<HTMLDivElement>(null);
  const opened = useRef<Opened | null>(null);
  const [metres, setMetres] = useState(0);
  useEffect(() => {
    const picture = openPicture(target.current!, base, setMetres);
    opened.current = picture;
    return () => picture.close();
  }, [base]);
  return (
    <>
      <div ref={target} className="map-picture" role="application" tabIndex={0} aria-label={say('map_label')} />
      <div className="map-buttons">
        <Button className="icon-button" aria-label={say('map_zoom_in')} onPress={() => opened.current?.zoom(1)}><Icon name="plus" /></Button>
        <Button className="icon-button" aria-label={say('map_zoom_out')} onPress={() => opened.current?.zoom(-1)}><Icon name="minus" /></Button>
        <Button className="icon-button" aria-label={say('map_all')} onPress={() => opened.current?.fitDay()}><Icon name="whole" /></Button>
      </div>
      {metres > 0 && <Scale metres={metres} />}
    </>
  );
}

function Scale({ metres }: { metres: number }) {
  const most = metres * SCALE_PX;
  const ten = 10 ** Math.floor(Math.log10(most));
  const nice = Math.max(...NICE.map((one) => one * ten).filter((one) => one <= most));
  const text = nice < 1000 ? `${number(nice)} m` : `${number(nice / 1000)} km`;
  return <div className="map-scale" style={{ width: `${nice / metres}px` }}>{text}</div>;
}
