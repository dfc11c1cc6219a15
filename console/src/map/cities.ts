// Names for a map without an extract: our own list, as people there call them.

export const CITIES: readonly [name: string, lon: number, lat: number][] = [
  ['Genève', 6.14, 46.2], ['Lausanne', 6.63, 46.52], ['Sion', 7.36, 46.23], ['Fribourg', 7.16, 46.81], ['Neuchâtel', 6.93, 46.99],
  ['Bern', 7.45, 46.95], ['Basel', 7.59, 47.56], ['Zürich', 8.54, 47.37], ['Luzern', 8.31, 47.05], ['St. Gallen', 9.37, 47.42],
  ['Chur', 9.53, 46.85], ['Lugano', 8.95, 46.0], ['Bellinzona', 9.02, 46.19], ['Vaduz', 9.52, 47.14], ['Annecy', 6.13, 45.9],
  ['Paris', 2.35, 48.86], ['Lyon', 4.84, 45.76], ['Marseille', 5.37, 43.3], ['Toulouse', 1.44, 43.6], ['Nice', 7.26, 43.7],
  ['Nantes', -1.55, 47.22], ['Strasbourg', 7.75, 48.58], ['Montpellier', 3.88, 43.61], ['Bordeaux', -0.58, 44.84], ['Lille', 3.06, 50.63],
  ['Grenoble', 5.72, 45.19], ['Dijon', 5.04, 47.32], ['Besançon', 6.02, 47.24], ['Berlin', 13.4, 52.52], ['Hamburg', 10.0, 53.55],
  ['München', 11.58, 48.14], ['Köln', 6.96, 50.94], ['Frankfurt', 8.68, 50.11], ['Stuttgart', 9.18, 48.78], ['Düsseldorf', 6.78, 51.23],
  ['Leipzig', 12.37, 51.34], ['Dresden', 13.74, 51.05], ['Hannover', 9.73, 52.37], ['Nürnberg', 11.08, 49.45], ['Bremen', 8.8, 53.08],
  ['Freiburg', 7.85, 48.0], ['Heidelberg', 8.69, 49.41], ['Wien', 16.37, 48.21], ['Graz', 15.44, 47.07], ['Linz', 14.29, 48.31],
  ['Salzburg', 13.05, 47.8], ['Innsbruck', 11.39, 47.27], ['Bregenz', 9.75, 47.5], ['Roma', 12.5, 41.9], ['Milano', 9.19, 45.46],
  ['Torino', 7.69, 45.07], ['Napoli', 14.27, 40.85], ['Genova', 8.93, 44.41], ['Bologna', 11.34, 44.49], ['Firenze', 11.25, 43.77],
  ['Venezia', 12.32, 45.44], ['Verona', 10.99, 45.44], ['Bolzano', 11.35, 46.5], ['Trento', 11.12, 46.07], ['Palermo', 13.36, 38.12],
  ['Bruxelles', 4.35, 50.85], ['Luxembourg', 6.13, 49.61], ['Amsterdam', 4.9, 52.37], ['London', -0.13, 51.51], ['Praha', 14.42, 50.09],
  ['Madrid', -3.7, 40.42], ['Barcelona', 2.17, 41.39], ['Warszawa', 21.01, 52.23], ['Budapest', 19.04, 47.5], ['København', 12.57, 55.68],
];
