use wasip3::sockets::types::{IpAddressFamily, IpSocketAddress, Ipv4SocketAddress, TcpSocket};
use wasip3::{wit_bindgen, wit_stream};

wasip3::cli::command::export!(Echo);
struct Echo;

async fn serve(socket: TcpSocket) {
    let (mut input, _received) = socket.receive();
    let (mut output, readable) = wit_stream::new();
    let _sent = socket.send(readable);
    let mut buffer = Vec::with_capacity(65536);
    loop {
        let (_, mut part) = input.read(buffer).await;
        if part.is_empty() {
            break;
        }
        part = output.write_all(part).await;
        if !part.is_empty() {
            break;
        }
        part.reserve(65536);
        buffer = part;
    }
}

impl wasip3::exports::cli::run::Guest for Echo {
    async fn run() -> Result<(), ()> {
        let socket = TcpSocket::create(IpAddressFamily::Ipv4).unwrap();
        let address = Ipv4SocketAddress { port: 0, address: (127, 0, 0, 1) };
        socket.bind(IpSocketAddress::Ipv4(address)).unwrap();
        let mut peers = socket.listen().unwrap();
        if let Ok(IpSocketAddress::Ipv4(address)) = socket.get_local_address() {
            println!("http://127.0.0.1:{}/", address.port);
        }
        while let Some(peer) = peers.next().await {
            wit_bindgen::spawn(serve(peer));
        }
        Ok(())
    }
}
