// What the scripts of a platform's page do in a browser, as far as it matters here: they wrap fetch
// and XMLHttpRequest, so that what is asked from within the page bears its ids and its proof; they
// ask for the lists that the page shows, and for more of them when it is scrolled; they log in.
(() => {
  const key = new URL(document.currentScript.src).searchParams.get("key");
  const isDouyin = location.hostname.endsWith("douyin.com");
  const prefix = isDouyin ? "/aweme/v1/web/" : "/api/";
  const domain = location.hostname.split(".").slice(-2).join(".");

  // Ids of the browser

  const readCookie = (name) => (document.cookie.match(`(?:^|; )${name}=([^;]*)`) || [])[1] || "";
  const writeCookie = (name, value) => {
    document.cookie = `${name}=${value}; path=/; domain=.${domain}; secure; max-age=31536000`;
  };
  const draw = (count, letters) => Array.from(
    crypto.getRandomValues(new Uint8Array(count)), (byte) => letters[byte % letters.length]).join("");
  const LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

  function makeVerifyFp() {
    const parts = draw(36, LETTERS).split("");
    for (const place of [8, 13, 18, 23]) parts[place] = "_";
    parts[14] = "4";
    parts[19] = LETTERS[8 + crypto.getRandomValues(new Uint8Array(1))[0] % 4];
    return `verify_${Date.now().toString(36)}_${parts.join("")}`;
  }

  if (isDouyin && !readCookie("s_v_web_id")) writeCookie("s_v_web_id", makeVerifyFp());
  const tokenLength = isDouyin ? 182 : 146;
  if (!localStorage.getItem("xmst")) localStorage.setItem("xmst", draw(tokenLength, LETTERS) + "==");
  if (!isDouyin) {
    if (!readCookie("msToken")) writeCookie("msToken", localStorage.getItem("xmst"));
    // TikTokApi 7.3.3 takes an X-Bogus here for what it fetches in the page; the proof stands for it.
    window.byted_acrawler = {frontierSign: () => ({"X-Bogus": draw(28, LETTERS)})};
  }
  const hasUifid = async () => {  // the script's own uifid is longer than that of Set-Cookie
    if (!isDouyin || readCookie("UIFID") || readCookie("UIFID_TEMP")) return;
    writeCookie("UIFID", await (await plainFetch(`/site/uifid?key=${key}`)).text());
  };

  // The signature

  const plainFetch = window.fetch.bind(window);
  const ready = hasUifid();

  async function sign(given) {
    const url = new URL(given, location.href);
    if (!url.pathname.startsWith(prefix)) return url.href;
    await ready;
    const own = isDouyin
      ? {uifid: readCookie("UIFID") || readCookie("UIFID_TEMP"), verifyFp: readCookie("s_v_web_id"),
         fp: readCookie("s_v_web_id"), msToken: localStorage.getItem("xmst")}
      : {msToken: localStorage.getItem("xmst")};
    let query = url.search.slice(1);
    for (const [name, value] of Object.entries(own)) {
      if (value && !url.searchParams.has(name)) query += `&${name}=${encodeURIComponent(value)}`;
    }
    query += `&x-page-key=${key}`;
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(key + query));
    const proof = Array.from(new Uint8Array(digest), (b) => b.toString(16).padStart(2, "0")).join("");
    return `${url.origin}${url.pathname}?${query}&x-page-proof=${proof}`;
  }

  window.fetch = async (input, init) => {
    const given = typeof input === "string" ? input : input.url || input;
    const reply = await plainFetch(await sign(given), init);
    if (reply.headers.get("bdturing-verify")) showSlider();
    return reply;
  };

  // The slider of a captcha, which here moves by itself after a while

  async function showSlider() {
    if (document.getElementById("captcha_container")) return;
    const box = document.createElement("div");
    box.id = "captcha_container";
    document.body.append(box);
    await pause(500);
    await plainFetch(`/site/slider?key=${key}`, {method: "POST"});
    box.remove();
  }

  const open = XMLHttpRequest.prototype.open, send = XMLHttpRequest.prototype.send;
  XMLHttpRequest.prototype.open = function (method, url, ...rest) {
    this.given = [method, url];
    return open.call(this, method, url, ...rest);
  };
  XMLHttpRequest.prototype.send = function (body) {
    const [method, url] = this.given;
    sign(url).then((signed) => { open.call(this, method, signed, true); send.call(this, body); });
  };

  // The parameters of the page's own requests

  const version = (navigator.userAgent.match(/Chrome\/([\d.]+)/) || [])[1];
  const system = navigator.platform.startsWith("Win") ? "Windows"
    : navigator.platform.startsWith("Mac") ? "Mac OS" : "Linux";
  const describeDouyin = () => ({
    device_platform: "webapp", aid: "6383", channel: "channel_pc_web", pc_client_type: "1",
    version_code: "290100", version_name: "29.1.0", cookie_enabled: "true",
    screen_width: screen.width, screen_height: screen.height, browser_language: navigator.language,
    browser_platform: navigator.platform, browser_name: "Chrome", browser_version: version,
    browser_online: "true", engine_name: "Blink", engine_version: version, os_name: system,
    os_version: "", cpu_core_num: navigator.hardwareConcurrency,
    device_memory: navigator.deviceMemory || 8, platform: "PC", downlink: "10",
    effective_type: "4g", round_trip_time: "50",
  });
  const describeTiktok = () => {
    const text = document.getElementById("__UNIVERSAL_DATA_FOR_REHYDRATION__").textContent;
    const context = JSON.parse(text).__DEFAULT_SCOPE__["webapp.app-context"];
    return {
      WebIdLastTime: context.webIdCreatedTime, aid: "1988", app_language: context.language,
      app_name: "tiktok_web", browser_language: navigator.language, browser_name: "Mozilla",
      browser_online: "true", browser_platform: navigator.platform,
      browser_version: navigator.userAgent.replace("Mozilla/", ""), channel: "tiktok_web",
      cookie_enabled: "true", device_id: context.wid, device_platform: "web_pc",
      focus_state: "true", history_len: "1", is_fullscreen: "false", is_page_visible: "true",
      os: system === "Mac OS" ? "mac" : system.toLowerCase(), region: context.region,
      screen_height: screen.height, screen_width: screen.width,
      tz_name: Intl.DateTimeFormat().resolvedOptions().timeZone, webcast_language: context.language,
    };
  };
  const ask = async (path, params) => {
    const query = Object.entries({...(isDouyin ? describeDouyin() : describeTiktok()), ...params})
      .sort(([a], [b]) => isDouyin ? 0 : a < b ? -1 : 1)
      .map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&");
    return fetch(`${prefix}${path}?${query}`);
  };

  // The list of a user's page, page by page as it is scrolled

  const user = isDouyin && (location.pathname.match(/^\/user\/(MS4w[\w-]+)/) || [])[1];
  let cursor = 0, more = Boolean(user), busy = false;
  async function showMore() {
    if (!more || busy) return;
    busy = true;
    const reply = await ask("aweme/post/", {sec_user_id: user, max_cursor: cursor, count: 18});
    const page = reply.ok ? await reply.json() : {aweme_list: []};
    for (const work of page.aweme_list || []) {
      const row = document.createElement("li");
      row.style.height = "240px";
      row.textContent = work.aweme_id;
      document.getElementById("root").append(row);
    }
    cursor = page.max_cursor;
    more = Boolean(page.has_more);
    busy = false;
  }

  // The login, by a code that an app scans

  const passport = isDouyin ? "https://login.douyin.com/passport/web/" : "/passport/web/";
  const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const call = async (path, init) =>
    (await (await plainFetch(passport + path, {credentials: "include", ...init})).json()).data;
  function showCode(source) {
    const image = document.getElementById("code") || document.createElement("img");
    Object.assign(image, {id: "code", src: source, width: 240});
    document.body.append(image);
  }
  async function login() {
    let token = "";
    for (;;) {
      if (!token) {
        const code = await call("get_qrcode/?need_logo=false");
        token = code.token;
        if (code.qrcode) showCode(code.qrcode);
      }
      await pause(150);
      const data = await call("check_qrconnect/", {method: "POST", body: new URLSearchParams({token})});
      if (data.status === "expired") token = "";
      if (data.status === "confirmed") return location.assign(data.redirect_url);
      if (data.status === "refused") return;
    }
  }

  // Pages of TikTok go on asking after load; TikTokApi takes its headers from the first of these.
  if (!isDouyin) addEventListener("load", () => pause(200).then(() => plainFetch("/site/page.js")));
  addEventListener("DOMContentLoaded", () => {
    if (isDouyin) ask("query/user/", {});
    else ask("recommend/item_list/", {count: 1, from_page: "fyp"});
    const isLogin = isDouyin ? location.pathname.startsWith("/user/self")
      : location.pathname.startsWith("/login");
    if (isLogin && !readCookie("LOGIN_STATUS")) login();
    showMore();
    addEventListener("scroll", () => {
      if (innerHeight + scrollY > document.body.scrollHeight - 1200) showMore();
    });
  });
})();
